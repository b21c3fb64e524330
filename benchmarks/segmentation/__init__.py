"""Compare this project's sentence segmenter with libraries on a labelled set of legal and official prose."""
