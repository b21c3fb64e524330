"""The tests that every implementation of `rag.snapshots.protocol` passes.

An implementation inherits `suite.IndexSuite`, as `test_local.py` does. `model.py` computes every score from its
definition, and `corpus.py` has documents, questions and conditions.
"""
