"""What an index of 100,000 passages costs to keep, measured by one command."""
