"""Questions in German, French, Spanish and Dutch over texts of an invented country, which are written for the tests."""
