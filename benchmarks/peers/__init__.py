"""The same passages and questions given to this project and to others that a user might pick, on one machine."""
