"""TensorFlow's messages: which are shown."""

import logging

import numpy as np
import tensorflow as tf

from kerasclust.models import DANCE, KMeans


def messages_of(action):
    seen = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.getMessage())
    logger = tf.get_logger()
    logger.addHandler(handler)
    try:
        action()
    finally:
        logger.removeHandler(handler)
    return [message for message in seen if "retracing" in message]


def test_several_models_are_no_mistake():
    x = np.random.default_rng(0).normal(size=(12, 2))

    def fit_eight():
        for seed in range(8):
            KMeans(2, n_tries=1, random_state=seed).fit(x, verbose=0)

    assert messages_of(fit_eight) == []


def test_neither_are_several_runs_of_one_model():
    x = np.random.default_rng(0).normal(size=(40, 4))
    model = DANCE(2, units=(4,), pretrain_epochs=1, epochs=1, n_tries=2, n_runs=7, random_state=0)
    model.rim_search.updates = 20
    assert messages_of(lambda: model.fit(x, verbose=0)) == []


def test_a_function_of_the_users_that_is_traced_again_is_still_told():
    def trace_eight():
        for number in range(8):
            tf.function(lambda x, number=number: x + number)(tf.constant(1.0))

    assert messages_of(trace_eight)
