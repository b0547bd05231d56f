"""Measurements as rows of a results file, each made once."""

from kerasclust.experiments import results


def kept(out, experiment, method, data, settings, measure, report):
    """The rows of a measurement, which is made and appended first where the file lacks it.

    Args:
        out: the results file.
        experiment: what is measured.
        method: name, as in `kerasclust methods`, or what else it is measured of.
        data: what the samples are.
        settings: {name: value}.
        measure: function () -> {name: value}, what the row keeps, with "seconds".
        report: called with a line of text after a measurement.
    """
    key = {"experiment": experiment, "method": method, "data": data, "seed": 0, "settings": settings}
    if not results.done(out, **key):
        row = results.new_row(key, {}, **measure())
        results.append(out, row)
        where = " ".join(map(str, [method, data, *settings.values()]))
        report(f"{experiment}: {where}: {row['seconds']:.3g} s")
    return results.find(out, **key)
