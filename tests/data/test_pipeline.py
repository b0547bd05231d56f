"""The index stays with its sample, whatever is shuffled and batched."""

import itertools

import numpy as np
import pytest

from kerasclust.data.pipeline import Samples, in_batches
from kerasclust.errors import InputError
from kerasclust.models import DEC


def batches(samples, seed, number, done=0):
    return [(i.numpy(), x.numpy()) for i, x, _ in itertools.islice(samples.training(seed, done), number)]


def test_each_index_comes_with_its_sample():
    x = np.arange(50, dtype="float32")[:, None] * [1, 10]
    for index, batch in batches(Samples(x.astype("float32"), 8), seed=0, number=20):
        np.testing.assert_array_equal(batch, x[index])


def test_each_pass_sees_every_sample_once_in_a_new_order():
    samples = Samples(np.zeros((24, 1), "float32"), 6)
    seen = np.concatenate([index for index, _ in batches(samples, seed=1, number=8)])
    first, second = seen[:24], seen[24:]
    assert sorted(first) == sorted(second) == list(range(24))
    assert first.tolist() != second.tolist()


def test_batches_are_equal_in_size_when_the_size_does_not_divide_n():
    samples = Samples(np.zeros((10, 1), "float32"), 4)
    drawn = batches(samples, seed=0, number=5)
    assert [len(index) for index, _ in drawn] == [4] * 5
    assert sorted(np.concatenate([index for index, _ in drawn])) == sorted([*range(10), *range(10)])


def test_the_same_seed_gives_the_same_order_and_another_seed_another():
    samples = Samples(np.zeros((30, 1), "float32"), 10)
    same, again, other = (np.concatenate([i for i, _ in batches(samples, seed, 3)]).tolist() for seed in (3, 3, 4))
    assert same == again
    assert same != other


@pytest.mark.parametrize("done", [1, 2, 5, 7, 12])
def test_a_training_that_goes_on_sees_what_it_would_have_seen(done):
    samples = Samples(np.arange(10, dtype="float32")[:, None], 4)
    whole, rest = batches(samples, 3, 16), batches(samples, 3, 16 - done, done)
    for (index, x), (same_index, same_x) in zip(whole[done:], rest, strict=True):
        np.testing.assert_array_equal(index, same_index)
        np.testing.assert_array_equal(x, same_x)


def test_fewer_samples_than_a_batch():
    samples = Samples(np.zeros((3, 1), "float32"), 256)
    assert samples.steps_per_epoch == 1
    assert sorted(batches(samples, 0, 1)[0][0]) == [0, 1, 2]


def test_in_batches_is_the_function_on_everything():
    x = np.random.default_rng(0).normal(size=(23, 2)).astype("float32")
    np.testing.assert_array_equal(in_batches(lambda batch: batch * 2, x, batch_size=5), x * 2)


@pytest.mark.parametrize(("n", "steps"), [(1, 1), (4, 1), (9, 3), (128, 32), (129, 34), (160, 40), (388, 100)])
def test_an_epoch_is_one_pass_in_equal_executions(n, steps):
    samples = Samples(np.zeros((n, 1), "float32"), 4)
    assert samples.steps_per_epoch == steps
    assert samples.steps_per_epoch % samples.steps_per_execution == 0
    assert samples.steps_per_execution <= 32


def test_a_model_makes_the_updates_that_were_asked_for():
    model = DEC(2, latent_dim=2, units=(4,), batch_size=4, pretrain_epochs=2, random_state=0)
    model.fit(np.random.default_rng(0).normal(size=(132, 3)), phases=["pretrain"], verbose=0)
    assert int(model.optimizer.iterations) == 2 * 34  # 33 batches are a pass, in two executions of 17


def test_a_batch_size_of_nothing_is_refused():
    with pytest.raises(InputError, match="batch_size=0"):
        in_batches(lambda x: x, np.zeros((3, 1)), batch_size=0)
