"""Image -> Face -> Embedding: detect, landmarks, align, embed."""
