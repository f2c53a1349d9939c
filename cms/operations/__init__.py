"""What the people who run the site ask of it: is it well, how busy is it, what happened, what when something is gone.

Nothing else of the site imports this; settings, urls and wsgi name it.
"""
