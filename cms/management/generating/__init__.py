"""An archive of made-up texts, to see how a site behaves when it is large (`manage.py generate`)."""
