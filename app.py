"""The WSGI door: settings from the environment, the log in production, then the application. Nothing else."""

from config import logging as logs
from config.settings import Settings
from participation.application import create_app

settings = Settings.from_environment()
if settings.production:
    logs.set_up()
app = create_app(settings)
