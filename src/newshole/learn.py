"""How the network learns: the same forward pass in JAX, with gradients.

Rounding passes gradients straight through (Bengio, Léonard and Courville 2013), so what is
learned is what :mod:`newshole.network` computes in whole numbers. Adam with decoupled weight
decay, a learning rate that falls along a cosine, and the mean of the weights over the last steps.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from newshole.batch import GROUPS, Batch, Task, batch_of, batches
from newshole.columns import COLUMNS, STEPS
from newshole.labels import NAMES
from newshole.network import (
    BEFORE_POOLING,
    DILATIONS,
    LEVEL,
    LONGEST,
    MOST,
    STORY,
    Dense,
    Network,
)

WIDTH = 96
_EMBEDDED, _EDGE = 16, 8
_MEMORY = 0.99

Weights = dict[str, Any]


class Plan(NamedTuple):
    """How long and how hard to learn."""

    epochs: int = 22
    rate: float = 3e-3
    dropout: float = 0.3
    decay: float = 0.01
    core: float = 0.5
    seed: int = 0


def fit(
    tasks: Callable[[np.random.Generator], Sequence[Task]],
    sizes: tuple[int, int, int],
    plan: Plan,
    tell: Callable[[str], None] = lambda _: None,
) -> Weights:
    """Learn from what ``tasks`` gives for each epoch.

    ``sizes``: how many words, whole lines and names the network knows.
    """
    random = np.random.default_rng(plan.seed)
    sample = tasks(random)
    weights = _begin(random, sizes)
    steps = plan.epochs * sum(1 for _ in batches(sample, range(len(sample))))
    warming = steps // 20 + 1
    rate = optax.warmup_cosine_decay_schedule(
        0, plan.rate, warming, max(steps, warming + 1), plan.rate * 0.02
    )
    optimiser = optax.chain(
        optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=plan.decay, b2=0.99)
    )
    state = optimiser.init(weights)
    loss = partial(_loss, dropout=plan.dropout, core_weight=plan.core)

    @jax.jit
    def step(
        weights: Weights, mean: Weights, state: optax.OptState, batch: Batch, key: jax.Array
    ) -> tuple[Weights, Weights, optax.OptState, jax.Array]:
        value, gradient = jax.value_and_grad(loss)(weights, batch, key)
        updates, state = optimiser.update(gradient, state, weights)
        weights = optax.apply_updates(weights, updates)
        keep = batch["keep"]
        mean = jax.tree.map(lambda old, new: old * keep + new * (1 - keep), mean, weights)
        return weights, mean, state, value

    mean, key, done = weights, jax.random.PRNGKey(plan.seed), 0
    for epoch in range(plan.epochs):
        sample = sample if not epoch else tasks(random)
        losses = []
        for numbers in batches(sample, random.permutation(len(sample)).tolist()):
            key, own = jax.random.split(key)
            batch = batch_of([sample[number] for number in numbers])
            batch["keep"] = np.float32(min(_MEMORY, done / (done + 10)))
            weights, mean, state, value = step(weights, mean, state, batch, own)
            losses.append(value)
            done += 1
        tell(f"epoch {epoch + 1} of {plan.epochs}: loss {float(np.mean(losses)):.3f}")
    return {name: np.asarray(value) for name, value in mean.items()}


def _begin(random: np.random.Generator, sizes: tuple[int, int, int]) -> Weights:
    words, lines, names = sizes
    inputs = len(COLUMNS) + 3 * _EMBEDDED + 3 * _EDGE

    def drawn(*shape: int, scale: float) -> jax.Array:
        return jnp.array(random.normal(size=shape) * scale, jnp.float32)

    wide = 4 * WIDTH + STORY
    count = len(DILATIONS)
    return {
        "words": drawn(words + 1, _EMBEDDED, scale=0.1),
        "edges": drawn(3, words + 1, _EDGE, scale=0.1),
        "whole_lines": drawn(lines + 1, _EMBEDDED, scale=0.1),
        "classes": drawn(names + 1, _EMBEDDED, scale=0.1),
        "first": drawn(inputs, WIDTH, scale=(2 / 60) ** 0.5),
        "first.bias": jnp.zeros(WIDTH),
        "taps": drawn(count, 3, WIDTH, scale=0.6),
        "convolutions": drawn(count, WIDTH, WIDTH, scale=WIDTH**-0.5),
        "convolutions.bias": jnp.zeros((count, WIDTH)),
        "core": drawn(WIDTH, 1, scale=WIDTH**-0.5),
        "core.bias": jnp.zeros(1),
        "pool": drawn(wide, WIDTH, scale=wide**-0.5),
        "pool.bias": jnp.zeros(WIDTH),
        "last": drawn(WIDTH, len(NAMES), scale=WIDTH**-0.5),
        "last.bias": jnp.zeros(len(NAMES)),
    }


def _loss(
    weights: Weights, batch: Batch, key: jax.Array, *, dropout: float, core_weight: float
) -> jax.Array:
    found, core = _forward(weights, batch, key, dropout)
    odds = jax.nn.log_softmax(found)
    allowed = jax.scipy.special.logsumexp(jnp.where(batch["allowed"], odds, -1e9), axis=1)
    # The core learns of every line that is known to be of the story, or not to be.
    side = jax.nn.softplus(-core) * batch["is_story"] + jax.nn.softplus(core) * batch["no_story"]
    weight = batch["weight"]
    total = -(allowed * weight).sum() + core_weight * (side * weight).sum()
    mean: jax.Array = total / jnp.maximum(1, weight.sum())
    return mean


def _stepped(values: jax.Array, steps: int, low: float, high: float) -> jax.Array:
    """Values in whole numbers of ``1/steps``; the gradient is that of the clipped values."""
    clipped = jnp.clip(values * steps, low, high)
    return (clipped + jax.lax.stop_gradient(jnp.round(clipped) - clipped)) / steps


def _eight_bits(weights: jax.Array) -> jax.Array:
    scale = jax.lax.stop_gradient(_scale(weights))
    whole = weights / scale
    return (whole + jax.lax.stop_gradient(jnp.round(whole) - whole)) * scale


def _scale(weights: jax.Array) -> jax.Array:
    return jnp.maximum(jnp.abs(weights).max(axis=-2, keepdims=True), 1e-6) / MOST


def _table(weights: jax.Array) -> jax.Array:
    return _stepped(weights, STEPS, -MOST, MOST)


def _forward(
    weights: Weights, batch: Batch, key: jax.Array | None, dropout: float
) -> tuple[jax.Array, jax.Array]:
    """Logits of (lines, labels), and each line's log-odds to be of the story."""
    inside = batch["inside"][:, None]
    count = inside.shape[0]

    def dropped(values: jax.Array, number: int) -> jax.Array:
        if key is None:
            return values
        kept = jax.random.bernoulli(jax.random.fold_in(key, number), 1 - dropout, values.shape)
        return values * kept / (1 - dropout)

    def dense(name: str, values: jax.Array, at: int | None = None) -> jax.Array:
        matrix = weights[name] if at is None else weights[name][at]
        bias = weights[f"{name}.bias"] if at is None else weights[f"{name}.bias"][at]
        found: jax.Array = values @ _eight_bits(matrix) + bias
        return found

    def bag(name: str, numbers: jax.Array, line: jax.Array) -> jax.Array:
        sums = jax.ops.segment_sum(
            _table(weights[name])[numbers] * (numbers > 0)[:, None], line, count
        )
        sizes = jax.ops.segment_sum((numbers > 0).astype(jnp.float32), line, count)
        return _stepped(sums / jnp.sqrt(jnp.maximum(sizes, 1))[:, None], STEPS, -MOST, MOST)

    edges = [_table(weights["edges"][at])[batch["edges"][:, at]] for at in range(3)]
    inputs = jnp.concatenate(
        [
            batch["columns"].astype(jnp.float32) / STEPS,
            bag("words", batch["tokens"], batch["token_line"]),
            *edges,
            _table(weights["whole_lines"])[batch["lines"]],
            bag("classes", batch["names"], batch["name_line"]),
        ],
        axis=1,
    )
    state = _stepped(dense("first", dropped(inputs, 0)), LEVEL, 0, MOST) * inside
    state = dropped(state, 1)
    core = jnp.zeros(count)
    for at, dilation in enumerate(DILATIONS):
        if at == BEFORE_POOLING:
            core = dense("core", state)[:, 0]
            pooled = [_means(state, batch[group], inside) for group in GROUPS]
            figures = jnp.concatenate([state, *pooled, _story(core, batch)], axis=1)
            state = _added(state, dense("pool", figures)) * inside
        taps = weights["taps"][at]
        gap = jnp.zeros((dilation, WIDTH))
        mixed = (
            jnp.concatenate([gap, state[:-dilation]]) * taps[0]
            + state * taps[1]
            + jnp.concatenate([state[dilation:], gap]) * taps[2]
        )
        mixed = _stepped(mixed, LEVEL, -MOST, MOST)
        state = _added(state, dense("convolutions", mixed, at)) * inside
    return dense("last", dropped(state, 2)), core


def _added(state: jax.Array, values: jax.Array) -> jax.Array:
    return jnp.minimum(state + _stepped(values, LEVEL, 0, MOST), MOST / LEVEL)


def _means(state: jax.Array, group: jax.Array, inside: jax.Array) -> jax.Array:
    count = len(group)
    sums = jax.ops.segment_sum(state, group, count)
    sizes = jax.ops.segment_sum(inside, group, count)
    return _stepped((sums / jnp.maximum(1, sizes))[group], LEVEL, 0, MOST)


def _story(core: jax.Array, batch: Batch) -> jax.Array:
    """As :func:`newshole.network.story`."""
    inside, opens = batch["inside"], batch["opens"]
    count = len(inside)

    def summed(values: jax.Array, group: jax.Array) -> jax.Array:
        return jax.ops.segment_sum(values, group, count)[group]

    sure = _stepped(core / 4 + 0.5, 64, 0, 64) * inside
    mass = sure * batch["length"]
    total = jnp.maximum(1 / 64, summed(mass, opens))
    through = jnp.cumsum(mass)
    before = (through - mass - (through - mass)[opens]) / total
    after = 1 - before - mass / total
    columns = [sure, before, after, before < 0.01, after < 0.01]
    for group in (batch["container"], batch["namesake"]):
        columns.append(summed(mass, group) / total)
        columns.append(summed(sure, group) / jnp.maximum(1, summed(inside, group)))
    columns.append(jnp.minimum(1, total / (LONGEST * 20)))
    found = jnp.stack([jnp.asarray(column, jnp.float32) * inside for column in columns], axis=1)
    return _stepped(found * 4, LEVEL, -MOST, MOST)


def network(
    weights: Weights, vocabulary: np.ndarray, line_hashes: np.ndarray, names: Sequence[str]
) -> Network:
    """The learned weights in eight bits; every confidence of it is 1 until it is calibrated."""

    def dense(name: str, at: int | None = None) -> Dense:
        matrix = weights[name] if at is None else weights[name][at]
        bias = weights[f"{name}.bias"] if at is None else weights[f"{name}.bias"][at]
        scale = np.asarray(_scale(matrix))
        return Dense(
            np.rint(matrix / scale).astype(np.int8),
            scale[0].astype(np.float32),
            bias.astype(np.float32),
        )

    def table(name: str) -> np.ndarray:
        whole: np.ndarray = np.rint(np.clip(weights[name] * STEPS, -MOST, MOST)).astype(np.int8)
        if name in ("words", "classes"):
            whole[..., 0, :] = 0
        return whole

    return Network(
        vocabulary=vocabulary,
        line_hashes=line_hashes,
        names=tuple(names),
        words=table("words"),
        edges=table("edges"),
        whole_lines=table("whole_lines"),
        classes=table("classes"),
        first=dense("first"),
        taps=weights["taps"].astype(np.float32),
        convolutions=tuple(dense("convolutions", at) for at in range(len(DILATIONS))),
        core=dense("core"),
        pool=dense("pool"),
        last=dense("last"),
        calibration=np.array([[0.0], [1.0]], np.float32),
    )
