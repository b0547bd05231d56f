"""Constructor arguments of a model, kept for saving and cloning."""

import inspect

import keras


class KeptSettings:
    """Keeps what the constructor got, defaults included, in `settings`; a base of Keras models."""

    derived_settings = ()  # arguments that are not kept, because others say what they say

    def __new__(cls, *args, **kwargs):
        """Keep the arguments."""
        instance = super().__new__(cls, *args, **kwargs)
        given = dict(zip(("n_clusters",), args, strict=False)) | kwargs
        settings = _defaults(cls) | cls.resolve(given)
        instance.__dict__["settings"] = {n: v for n, v in settings.items() if n not in cls.derived_settings}
        return instance

    @classmethod
    def resolve(cls, given):
        """The constructor's arguments {name: value}, with those in place that other arguments stand for."""
        return given

    def get_config(self):
        """Constructor arguments, for saving and cloning."""
        return keras.saving.serialize_keras_object(self.settings)

    @classmethod
    def from_config(cls, config):
        """Model from the result of `get_config`."""
        settings = keras.saving.deserialize_keras_object(config)
        if isinstance(settings.get("units"), list):
            settings["units"] = tuple(settings["units"])  # a file has lists only
        return cls(**settings)


def _defaults(cls):
    defaults = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, KeptSettings):
            parameters = inspect.signature(base.__init__).parameters.values()
            defaults |= {p.name: p.default for p in parameters if p.default is not p.empty}
    return defaults
