/*
 * quantiles.c
 *		Quantiles of the normal and the chi-square distribution, solved from their tails.
 *
 * A rough start and a few steps of Halley's method on the exact tail: the accuracy is that of the
 * tail, and no table of fitted coefficients has to be trusted. Sources: Abramowitz & Stegun 1964,
 * 26.2.23 (normal start), 6.5.29 and 6.5.31 (incomplete gamma function); Wilson & Hilferty 1931
 * (chi-square start).
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "miscadmin.h"

#include "survival/quantiles.h"

/* Above this shape the start of Wilson and Hilferty is itself exact to 1e-12 */
#define LARGE_SHAPE 1e8

/*
 * The x that a standard normal variable exceeds with probability "tail".
 */
double
lead_roi_normal_quantile_upper(double tail)
{
	double		t;
	double		x;
	int			i;

	if (tail > 0.5)
		return -lead_roi_normal_quantile_upper(1 - tail);

	t = sqrt(-2 * log(tail));
	x = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
		(1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
	for (i = 0; i < 4; i++)
	{
		double		density = exp(-x * x / 2) / sqrt(2 * M_PI);
		double		step = (0.5 * erfc(x / M_SQRT2) - tail) / density;

		x += step / (1 - x * step / 2);
	}
	return x;
}

/*
 * x^shape e^-x / gamma(shape): what both expansions of the incomplete gamma function begin with.
 */
static double
gamma_factor(double shape, double x)
{
	return exp(shape * log(x) - x - lgamma(shape));
}

/*
 * The lower tail of the gamma distribution by its series, good for x < shape + 1.
 */
static double
gamma_lower_series(double shape, double x)
{
	double		term = 1 / shape;
	double		sum = term;
	double		n;

	for (n = shape + 1; term > sum * DBL_EPSILON / 4; n++)
	{
		CHECK_FOR_INTERRUPTS();
		term *= x / n;
		sum += term;
	}
	return sum * gamma_factor(shape, x);
}

/*
 * The upper tail of the gamma distribution by its continued fraction, good for x >= shape + 1;
 * evaluated from the front by keeping the ratios of successive numerators and denominators.
 */
static double
gamma_upper_fraction(double shape, double x)
{
	double		b = x + 1 - shape;
	double		numerator_ratio = 1e300;
	double		denominator_ratio = 1 / b;
	double		value = denominator_ratio;
	double		change = 0;
	double		n;

	for (n = 1; fabs(change - 1) > DBL_EPSILON; n++)
	{
		double		a = n * (shape - n);

		CHECK_FOR_INTERRUPTS();
		b += 2;
		denominator_ratio = 1 / (a * denominator_ratio + b);
		numerator_ratio = b + a / numerator_ratio;
		change = numerator_ratio * denominator_ratio;
		value *= change;
		if (n > 1e6)
			break;
	}
	return value * gamma_factor(shape, x);
}

/*
 * The lower or the upper tail of the gamma distribution at x.
 */
static double
gamma_tail(double shape, double x, bool upper)
{
	if (x < shape + 1)
		return upper ? 1 - gamma_lower_series(shape, x) : gamma_lower_series(shape, x);
	return upper ? gamma_upper_fraction(shape, x) : 1 - gamma_upper_fraction(shape, x);
}

/*
 * The x below which ("upper": above which) a chi-square variable lies with probability "tail".
 * Solved for the logarithm of x, on which the tails are nearly normal, by Newton's method kept
 * inside the bracket found so far.
 */
double
lead_roi_chi_square_quantile(double tail, bool upper, double degrees_of_freedom)
{
	double		shape = degrees_of_freedom / 2;
	double		z = lead_roi_normal_quantile_upper(upper ? tail : 1 - tail);
	double		root = 1 - 1 / (9 * shape) + z / (3 * sqrt(shape));
	double		x = shape * root * root * root;
	double		low = 0;
	double		high = DBL_MAX;
	int			i;

	if (shape == 1)
		return upper ? -2 * log(tail) : -2 * log1p(-tail);
	if (shape > LARGE_SHAPE)
		return 2 * x;
	if (!(x > 0))
		x = exp((log(tail) + lgamma(shape + 1)) / shape);

	for (i = 0; i < 200; i++)
	{
		double		excess = log(gamma_tail(shape, x, upper) / tail);
		double		slope = gamma_factor(shape, x) / gamma_tail(shape, x, upper);
		double		next = x * exp((upper ? excess : -excess) / slope);

		if ((excess > 0) == upper)
			low = x;
		else
			high = x;
		if (fabs(next - x) <= 2 * DBL_EPSILON * x)
			break;
		x = (next > low && next < high) ? next : (high == DBL_MAX ? 2 * x : (low + high) / 2);
	}
	return 2 * x;
}
