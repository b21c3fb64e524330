"""Shows operators the requests from outside: log lines, metrics for Prometheus, and spans for OpenTelemetry.

`middleware.py` sees every request. When a request has ended, it passes one `EndedRequest` to the log, the metrics and
the spans.
"""
