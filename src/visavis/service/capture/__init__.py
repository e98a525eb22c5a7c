"""The capture page: sessions, the page itself, and the socket that its pictures come through."""

__all__: list[str] = []
