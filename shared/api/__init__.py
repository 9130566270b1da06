"""The HTTP side: an application factory, routers, problem bodies."""
