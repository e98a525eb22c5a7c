"""visavis: self-hosted face verification that cannot become surveillance."""

__all__ = ["__version__"]

__version__ = "0.1.0"
