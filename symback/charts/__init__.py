"""Charts of numbers as SVG, with no package needed."""

from symback.charts.chart import Chart, Sheet, bar_chart, line_chart, restyled, surface_chart

__all__ = ["Chart", "Sheet", "bar_chart", "line_chart", "restyled", "surface_chart"]
