"""Pages that are kept ready: answered before Django is asked, for as long as what they were made of stands.

`depends` collects what a page is made of while it is made, `entry` is a page ready to be sent, `store` holds them in
the memory of a process, `shared` in Redis, `versions` knows what has changed since, and `application` is the WSGI
application that puts them in front of Django.
"""
