"""The law and the bundled vendors: files, and the code that reads them."""
