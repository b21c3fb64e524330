"""From a question to a cited answer: retrieval, choice of sentences, citations, confidence."""
