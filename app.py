"""The WSGI door: settings from the environment, then the application. Nothing else."""

from config.settings import Settings
from participation.application import create_app

app = create_app(Settings.from_environment())
