"""participation: resident participation and budget voting for councils.

The application is made by `participation.application.create_app(settings)`; the package itself imports nothing, so that
the pure rooms (`counting`, `needs`, `exports`) and the command line start without the web.
"""

__version__ = "0.1.0"
