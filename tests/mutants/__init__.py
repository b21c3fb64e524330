"""Mutation testing of `rag.answer`: small changes to its code, each of which should make a unit test fail."""
