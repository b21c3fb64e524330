"""Built-in plugins: encoders, stores, rerankers and generators. Each is loaded by name; none imports another."""
