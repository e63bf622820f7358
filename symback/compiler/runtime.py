"""The few functions that generated programs call besides NumPy's own.

The text of a program carries a copy of those that it uses; NumPy is ``numpy`` there too.
"""

from __future__ import annotations

import math

import numpy


def aligned(shape, dtype):
    """Return an empty array that begins on a cache line, which vector instructions like."""
    length = numpy.dtype(dtype).itemsize
    for size in shape:
        length *= max(0, size)
    memory = numpy.empty(length + 64, numpy.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + length].view(dtype).reshape([max(0, size) for size in shape])


def select(condition, a, b, out):
    """Return a where the condition holds, else b; the other one may be infinite."""
    numpy.copyto(out, b)
    numpy.copyto(out, a, where=condition)
    return out


def each(step, rows, *fixed):
    """Run the step with each of the rows."""
    for row in rows:
        step(*row, *fixed)


def polynomial(coefficients, x):
    """Return c[0] + c[1]*x + c[2]*x**2 + …"""
    result = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        result = result * x + coefficient
    return result


def erf(x, out=None):
    """Return erf x, wrong by less than 1e-15: quotients of polynomials on [0, 1] and on [1, 6]."""
    # Interpolated at Chebyshev nodes: erf(x)/x in x*x, and erfc(x)*exp(x*x) in x.
    above = (1.1283791670955126, 0.14365581715028763, 0.0455033341653278, 0.0018829155471563983,
             0.00019709588069752516, 8.625602445726376e-08)  # fmt: skip
    below = (1.0, 0.46064498648983654, 0.0938746087651241, 0.010705251871973175,
             0.0006937362332349159, 2.0866484101019162e-05)  # fmt: skip
    far_above = (0.9999999329230368, 1.9092051614072063, 1.7912379461953511, 1.042020632999184,
                 0.40287947933460566, 0.10380702402663751, 0.016719752883378385,
                 0.0013534639791073974)  # fmt: skip
    far_below = (1.0, 3.037583680554602, 4.218787116156915, 3.517072075916176, 1.9377341835736956,
                 0.7289025349965536, 0.18519264748163738, 0.029634990027643294,
                 0.002398952446946931)  # fmt: skip
    near = numpy.clip(x, -1, 1)
    square = near * near
    near = near * (polynomial(above, square) / polynomial(below, square))
    far = numpy.clip(numpy.absolute(x), 1, 6)
    tail = numpy.exp(-far * far) * (polynomial(far_above, far) / polynomial(far_below, far))
    result = numpy.where(numpy.absolute(x) < 1, near, numpy.copysign(1 - tail, x))
    if out is None:
        return result[()]
    out[...] = result
    return out


def strided(array, corner, shape, steps):
    """Return the view whose entry [p, q, …] is array[corner + p*steps[0] + q*steps[1] + …]."""
    strides = [sum(map(int.__mul__, step, array.strides)) for step in steps]
    for axis, place in enumerate(corner):
        moves = [(size - 1) * step[axis] for size, step in zip(shape, steps, strict=True)]
        low, high = (place + sum(pick(0, move) for move in moves) for pick in (min, max))
        if min(shape, default=1) > 0 and not 0 <= low <= high < array.shape[axis]:
            raise IndexError(f"places {low} to {high} of an axis of length {array.shape[axis]}")
    corner = array[tuple(slice(place, None) for place in corner)]
    shape = [max(0, size) for size in shape]
    return numpy.lib.stride_tricks.as_strided(corner, shape, strides)


def maximum_of_any(axes, array, out=None):
    """Return the largest values along axes, -inf where these are empty."""
    return numpy.maximum.reduce(array, axes, None, out, False, -numpy.inf)


def minimum_of_any(axes, array, out=None):
    """Return the smallest values along axes, inf where these are empty."""
    return numpy.minimum.reduce(array, axes, None, out, False, numpy.inf)


def first_largest(axis, array, out=None):
    """Return where along the axis the array is largest, the first place if there are several."""
    if array.shape[axis]:
        return numpy.argmax(array, axis, out)
    return numpy.full(numpy.delete(array.shape, axis), -1)


def places(box, constant, steps):
    """Return constant + Σ step·letter over a box of letters."""
    found = constant
    for axis, (size, step) in enumerate(zip(box, steps, strict=True)):
        letter = numpy.arange(max(0, size)).reshape([-1] + [1] * (len(box) - 1 - axis))
        found = found + step * letter
    return found


def quotients(divisor, places, out=None):
    """Return places // divisor."""
    return numpy.floor_divide(places, divisor, out)


def remainders(divisor, places, out=None):
    """Return places mod divisor."""
    return numpy.remainder(places, divisor, out)


def flat_places(shape, constants, *places):
    """Return places in the flat array of this shape, those outside moved to its border.

    A constant is the place along its axis; where it is None the next of ``places`` is.
    """
    *places, out = places if len(places) > constants.count(None) else (*places, None)
    flat, arrays = 0, iter(places)
    for size, constant in zip(shape, constants, strict=True):
        place = next(arrays) if constant is None else constant
        flat = flat * size + numpy.clip(place, 0, size - 1)
    if out is None:
        return flat
    out[...] = flat
    return out


def filled(shape, number):
    """Return an array that is one number, given as an array of rank 0."""
    array = aligned(shape, number.dtype)
    array[...] = number
    return array


def interior(array, corner, shape):
    """Return the part of an array of this shape that begins at the corner."""
    return array[tuple(slice(low, low + size) for low, size in zip(corner, shape, strict=True))]


def framed(inside, array, out):
    """Return ``out`` with the array copied to the part of it that is inside."""
    numpy.copyto(inside, array)
    return out


def bins(shape, constants, *places):
    """Return places in the flat array of this shape; those outside are just behind its end."""
    *places, out = places if len(places) > constants.count(None) else (*places, None)
    flat, outside, arrays, whole = 0, False, iter(places), 1
    for size, constant in zip(shape, constants, strict=True):
        place = next(arrays) if constant is None else constant
        flat, whole = flat * size + place, whole * size
        if numpy.size(place) and (numpy.min(place) < 0 or numpy.max(place) >= size):
            outside = outside | (place < 0) | (place >= size)
    flat = flat if outside is False else numpy.where(outside, whole, flat)
    if out is None:
        return flat
    out[...] = flat
    return out


def counted(places, values, out):
    """Add values at places of the flat array that ``out`` is."""
    places = numpy.broadcast_to(places, values.shape).ravel()
    out[...] = numpy.bincount(places, values.ravel(), out.size + 1)[:-1].reshape(out.shape)
    return out


def tap_rows(out, array, places, taps):
    """Return (covered, rows): each row is a part of ``out`` and what of the array is added there.

    An entry [i, j, …] of the array belongs to the place constant + Σ step·letter along each axis
    of ``out``, ``places`` the constants and steps; what lies outside is left out. ``taps`` are the
    axes to loop over. ``covered``: each place is hit once.
    """
    rows, steps = [], numpy.array([row for _, row in places], int).reshape(out.ndim, array.ndim)
    kept = [axis for axis in range(array.ndim) if axis not in taps]
    for tap in numpy.ndindex(*(array.shape[axis] for axis in taps)):
        low = numpy.zeros(array.ndim, int)
        high = numpy.array(array.shape)
        low[list(taps)], high[list(taps)] = tap, numpy.add(tap, 1)
        for size, (constant, _), step in zip(out.shape, places, steps, strict=True):
            start = constant + sum(step[axis] * low[axis] for axis in taps)
            moving = [axis for axis in kept if step[axis]]
            if not moving and not 0 <= start < size:
                high[:] = low
            for axis in moving:
                first, last = (0, size - 1) if step[axis] > 0 else (size - 1, 0)
                ends = ((first - start) / step[axis], (last - start) / step[axis])
                low[axis] = max(low[axis], math.ceil(ends[0]))
                high[axis] = min(high[axis], math.floor(ends[1]) + 1)
        if (low < high).all():
            corner = [constant for constant, _ in places] + steps @ low
            strides = numpy.array(out.strides) @ steps[:, kept]
            base = out[tuple(slice(place, None) for place in corner)]
            part = array[tuple(map(slice, low, high))].squeeze(tuple(taps))
            rows.append((numpy.lib.stride_tricks.as_strided(base, part.shape, strides), part))
    out.fill(0)
    for target, _ in rows:
        target += 1
    return bool((out == 1).all()), rows


def scattered(rows, array, out):
    """Add each row's part of the array where it belongs; places that no row has are 0."""
    covered, pairs = rows
    if not covered:
        out.fill(0)
    for target, part in pairs:
        if covered:
            numpy.copyto(target, part)
        else:
            numpy.add(target, part, target)
    return out


def tap_views(array, axes):
    """Return the part of the array at each place along these axes."""
    places = numpy.ndindex(*(array.shape[axis] for axis in axes))
    whole = [slice(None)] * array.ndim
    views = []
    for place in places:
        index = list(whole)
        for axis, number in zip(axes, place, strict=True):
            index[axis] = number
        # Why the dots? Without, a part of a vector is a number, into which no one can write.
        views.append(array[(*index, ...)])
    return views


def tap_pairs(array, out, axis):
    """Return pairs of parts: of the array along the axis, of ``out`` along its first."""
    return list(zip(tap_views(array, (axis,)), out, strict=True))


def over_taps(function, taps, out):
    """Return the first tap, and with each other one function(result, tap), written to ``out``."""
    if len(taps) == 1:
        out[...] = taps[0]
        return out
    function(taps[0], taps[1], out=out)
    for tap in taps[2:]:
        function(out, tap, out=out)
    return out


def maximum_of_taps(taps, array, out):
    """Return the largest of taps, which are parts of the array."""
    return over_taps(numpy.maximum, taps, out)


def minimum_of_taps(taps, array, out):
    """Return the smallest of taps, which are parts of the array."""
    return over_taps(numpy.minimum, taps, out)


def multiply_of_taps(taps, array, out):
    """Return the product of taps, which are parts of the array."""
    return over_taps(numpy.multiply, taps, out)


def add_of_taps(taps, array, out):
    """Return the sum of taps, which are parts of the array."""
    return over_taps(numpy.add, taps, out)


def first_of_taps(pairs, array, largest, out):
    """Return 1 in the first tap that equals the largest, else 0."""
    (first, mask), *others = pairs
    if not others:
        mask.fill(1)
        return out
    left = pairs[-1][1]
    numpy.equal(first, largest, mask)
    numpy.subtract(1, mask, left)
    for tap, mask in others[:-1]:
        numpy.equal(tap, largest, mask)
        numpy.multiply(mask, left, mask)
        numpy.subtract(left, mask, left)
    return out


def check_inside(what, size, place, *guards):
    """Raise IndexError unless 0 <= place < size wherever all the guards hold."""
    wrong = (numpy.asarray(place) < 0) | (numpy.asarray(place) >= size)
    for guard in guards:
        wrong = wrong & numpy.asarray(guard, bool)
    if wrong.any():
        letters = tuple(int(i) for i in numpy.argwhere(wrong)[0])
        raise IndexError(f"{what} lies outside of its tensor at {letters}")


def sign_of_number(x):
    """Return the sign of a plain number."""
    return float((x > 0) - (x < 0))


def maximum_of_numbers(a, b):
    """Return the larger of two plain numbers; not-a-number if one of them is."""
    return a if a > b or a != a else b


def minimum_of_numbers(a, b):
    """Return the smaller of two plain numbers; not-a-number if one of them is."""
    return a if a < b or a != a else b
