"""What commands print: JSON and tables on stdout, plots, pages and figures."""
