"""Members of .keras files, to change them."""

import json
import zipfile

CONFIG, WEIGHTS = "config.json", "model.weights.h5"


def members_of(path):
    """{name: content} of a file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(folder, members, compression=zipfile.ZIP_STORED):
    """Path of a file with these members."""
    path = folder / "m.keras"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def config_of(members):
    """The settings of a model, to be changed."""
    return json.loads(members[CONFIG])


def with_config(members, config):
    """Members with other settings."""
    return members | {CONFIG: json.dumps(config)}


def with_setting(members, **settings):
    """Members in which some arguments of the model's constructor are others."""
    config = config_of(members)
    config["config"] |= settings
    return with_config(members, config)


def with_shape(members, shape):
    """Members of a model that was built for another shape of samples."""
    config = config_of(members)
    config["build_config"]["input_shape"] = shape
    return with_config(members, config)


def described(name, config, module="keras.layers", registered_name=None):
    """An object as Keras describes it."""
    return {"module": module, "class_name": name, "config": config, "registered_name": registered_name}
