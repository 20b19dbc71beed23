"""A RapidSMS site with one application, which answers each message; in and out are logged in its database."""
