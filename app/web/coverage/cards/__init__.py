"""What matters on a page of advocates, in a line and, for its picture, in figures."""
