/*
 * currency.c
 *		Minor units of currencies: ISO 4217, list one (active codes, without metals, funds of testing
 *		and "no currency"), and the codes that it has withdrawn since 2020, which books still hold.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "money/currency.h"

PG_FUNCTION_INFO_V1(lead_roi_currency_decimals);

/* Codes by the decimals of their minor unit, one after the other */
static const char *const codes_by_decimals[] = {
	"BIF" "CLP" "DJF" "GNF" "ISK" "JPY" "KMF" "KRW" "PYG" "RWF" "UGX" "UYI" "VND" "VUV" "XAF" "XOF"
	"XPF",
	"",
	"AED" "AFN" "ALL" "AMD" "ANG" "AOA" "ARS" "AUD" "AWG" "AZN" "BAM" "BBD" "BDT" "BGN" "BMD" "BND"
	"BOB" "BOV" "BRL" "BSD" "BTN" "BWP" "BYN" "BZD" "CAD" "CDF" "CHE" "CHF" "CHW" "CNY" "COP" "COU"
	"CRC" "CUC" "CUP" "CVE" "CZK" "DKK" "DOP" "DZD" "EGP" "ERN" "ETB" "EUR" "FJD" "FKP" "GBP" "GEL"
	"GHS" "GIP" "GMD" "GTQ" "GYD" "HKD" "HNL" "HRK" "HTG" "HUF" "IDR" "ILS" "INR" "IRR" "JMD" "KES"
	"KGS" "KHR" "KPW" "KYD" "KZT" "LAK" "LBP" "LKR" "LRD" "LSL" "MAD" "MDL" "MGA" "MKD" "MMK" "MNT"
	"MOP" "MRU" "MUR" "MVR" "MWK" "MXN" "MXV" "MYR" "MZN" "NAD" "NGN" "NIO" "NOK" "NPR" "NZD" "PAB"
	"PEN" "PGK" "PHP" "PKR" "PLN" "QAR" "RON" "RSD" "RUB" "SAR" "SBD" "SCR" "SDG" "SEK" "SGD" "SHP"
	"SLE" "SLL" "SOS" "SRD" "SSP" "STN" "SVC" "SYP" "SZL" "THB" "TJS" "TMT" "TOP" "TRY" "TTD" "TWD"
	"TZS" "UAH" "USD" "USN" "UYU" "UZS" "VED" "VES" "WST" "XAD" "XCD" "XCG" "YER" "ZAR" "ZMW" "ZWG"
	"ZWL",
	"BHD" "IQD" "JOD" "KWD" "LYD" "OMR" "TND",
	"CLF" "UYW"
};

/*
 * The decimals of a currency's minor unit, or -1 for an unknown currency.
 */
int
lead_roi_decimals_of_currency(const char *currency)
{
	if (strlen(currency) != CURRENCY_CODE_LENGTH)
		return -1;
	for (int decimals = 0; decimals < (int) lengthof(codes_by_decimals); decimals++)
	{
		for (const char *code = codes_by_decimals[decimals]; *code != '\0'; code += CURRENCY_CODE_LENGTH)
		{
			if (strncmp(code, currency, CURRENCY_CODE_LENGTH) == 0)
				return decimals;
		}
	}
	return -1;
}

/*
 * currency_decimals(currency): the decimals of a currency's minor unit, NULL for an unknown one.
 */
Datum
lead_roi_currency_decimals(PG_FUNCTION_ARGS)
{
	int			decimals = lead_roi_decimals_of_currency(text_to_cstring(PG_GETARG_TEXT_PP(0)));

	if (decimals < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(decimals);
}
