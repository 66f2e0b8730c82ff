/*
 * currency.h
 *		In:		the code of a currency, as ISO 4217 has it.
 *		Out:	the decimals of its minor unit.
 *		Promise: a code that isn't known is never taken for one that is.
 */
#ifndef LEAD_ROI_CURRENCY_H
#define LEAD_ROI_CURRENCY_H

#include "c.h"

/* Letters of a code */
#define CURRENCY_CODE_LENGTH 3

/* Decimals of an amount whose currency isn't named */
#define DEFAULT_DECIMALS 2

extern int	lead_roi_decimals_of_currency(const char *currency);

#endif							/* LEAD_ROI_CURRENCY_H */
