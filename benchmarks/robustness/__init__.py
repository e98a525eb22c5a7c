"""Where does it stop working? Alters photographs, and measures what becomes of the error rates."""
