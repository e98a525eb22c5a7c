"""A service as a test needs it: a real store, real keys, real pictures, an HTTP client."""
