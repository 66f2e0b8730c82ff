/*
 * contains.c
 *		Does a traffic source contain another, as "google / cpc" contains every campaign of it? And how an
 *		index answers that.
 *
 * What a traffic source contains begins with its parts. In the order of an index that is one range, and
 * whoever contains a given value is one of its at most six beginnings; so "@>" becomes a condition that a
 * btree index answers, whichever side is indexed.
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

#include "source/traffic_source.h"

PG_FUNCTION_INFO_V1(lead_roi_traffic_source_contains);
PG_FUNCTION_INFO_V1(lead_roi_traffic_source_contained);
PG_FUNCTION_INFO_V1(lead_roi_traffic_source_beginnings);
PG_FUNCTION_INFO_V1(lead_roi_traffic_source_end);
PG_FUNCTION_INFO_V1(lead_roi_traffic_source_contains_support);
PG_FUNCTION_INFO_V1(lead_roi_traffic_source_contained_support);

/*
 * Does a pattern contain a value: does the value begin with all parts of the pattern?
 */
static bool
contains(const TrafficSource *pattern, const TrafficSource *value)
{
	int			pattern_length = VARSIZE_ANY_EXHDR(pattern);
	int			length = VARSIZE_ANY_EXHDR(value);

	if (pattern_length == 0)
		return true;
	return length >= pattern_length && memcmp(VARDATA_ANY(pattern), VARDATA_ANY(value), pattern_length) == 0 &&
		(length == pattern_length || VARDATA_ANY(value)[pattern_length] == SEPARATOR);
}

/*
 * traffic_source_contains(pattern, value), the operator @>
 */
Datum
lead_roi_traffic_source_contains(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(contains(PG_GETARG_TRAFFIC_SOURCE(0), PG_GETARG_TRAFFIC_SOURCE(1)));
}

/*
 * traffic_source_contained(value, pattern), the operator <@
 */
Datum
lead_roi_traffic_source_contained(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(contains(PG_GETARG_TRAFFIC_SOURCE(1), PG_GETARG_TRAFFIC_SOURCE(0)));
}

/*
 * A value of these bytes.
 */
static TrafficSource *
make_value(const char *bytes, int length)
{
	TrafficSource *value = palloc(VARHDRSZ + length);

	SET_VARSIZE(value, VARHDRSZ + length);
	memcpy(VARDATA(value), bytes, length);
	return value;
}

/*
 * Where the parts of a value end: lengths[n] is the number of bytes of its first n parts, -1 if the nth is
 * absent. Whoever contains the value has as many of its bytes.
 */
void
lead_roi_traffic_source_lengths(const TrafficSource *value, int lengths[TRAFFIC_PARTS + 1])
{
	TextPiece	parts[TRAFFIC_PARTS];

	lengths[0] = 0;
	lead_roi_split_traffic_source(value, parts);
	for (TrafficPart part = PART_SOURCE; part < TRAFFIC_PARTS; part++)
		lengths[part + 1] = parts[part].text == NULL ? -1 : parts[part].text + parts[part].length - VARDATA_ANY(value);
}

/*
 * traffic_source_beginnings(value): whoever contains the value, as an array.
 */
Datum
lead_roi_traffic_source_beginnings(PG_FUNCTION_ARGS)
{
	TrafficSource *value = PG_GETARG_TRAFFIC_SOURCE(0);
	int			lengths[TRAFFIC_PARTS + 1];
	Datum		elements[TRAFFIC_PARTS + 1];
	int			number = 0;

	lead_roi_traffic_source_lengths(value, lengths);
	for (int parts = 0; parts <= TRAFFIC_PARTS; parts++)
	{
		if (lengths[parts] >= 0)
			elements[number++] = PointerGetDatum(make_value(VARDATA_ANY(value), lengths[parts]));
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, number, get_fn_expr_argtype(fcinfo->flinfo, 0), -1, false, TYPALIGN_INT));
}

/*
 * The first value behind all that a pattern contains. What a pattern contains goes on with a separator;
 * next comes a text that goes on, at the earliest with a blank and an exclamation mark, as blanks are
 * neither doubled nor last.
 */
static TrafficSource *
end_of(const TrafficSource *pattern)
{
	static const char after_all[] = "\xf4\x8f\xbf\xbf";	/* the last code point, more often than a part can have it */
	StringInfoData bytes;

	initStringInfo(&bytes);
	appendBinaryStringInfo(&bytes, VARDATA_ANY(pattern), VARSIZE_ANY_EXHDR(pattern));
	if (bytes.len > 0)
		appendBinaryStringInfo(&bytes, " !", 2);
	else
	{
		while (bytes.len <= MAX_PART_LENGTH)
			appendBinaryStringInfo(&bytes, after_all, sizeof(after_all) - 1);
	}
	return make_value(bytes.data, bytes.len);
}

/*
 * traffic_source_end(pattern): the first value behind all that the pattern contains.
 */
Datum
lead_roi_traffic_source_end(PG_FUNCTION_ARGS)
{
	PG_RETURN_TRAFFIC_SOURCE(end_of(PG_GETARG_TRAFFIC_SOURCE(0)));
}

/*
 * A condition on the indexed column by an operator of the index; NULL if the index hasn't got it.
 */
static Expr *
index_condition(SupportRequestIndexCondition *request, StrategyNumber strategy, Node *column, Expr *value)
{
	Oid			type = exprType(column);
	Oid			operator = get_opfamily_member(request->opfamily, type, type, strategy);

	if (!OidIsValid(operator))
		return NULL;
	return make_opclause(operator, BOOLOID, false, (Expr *) column, value, InvalidOid, InvalidOid);
}

/*
 * A call of an internal function on a traffic source, worked out at once where that is known. NULL if there
 * is no such function.
 */
static Expr *
call(PlannerInfo *root, const char *name, Node *argument, Oid result)
{
	Oid			type = exprType(argument);
	Oid			function = LookupFuncName(list_make2(makeString("lead_roi_internal"), makeString(pstrdup(name))), 1, &type, true);
	FuncExpr   *expression;

	if (!OidIsValid(function))
		return NULL;
	expression = makeFuncExpr(function, result, list_make1(argument), InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
	return (Expr *) eval_const_expressions(root, (Node *) expression);
}

/*
 * What a pattern contains, as a range of an indexed column.
 */
static List *
contained_in(SupportRequestIndexCondition *request, Node *column, Node *pattern)
{
	Expr	   *end = call(request->root, "traffic_source_end", pattern, exprType(pattern));
	Expr	   *from_begin = index_condition(request, BTGreaterEqualStrategyNumber, column, (Expr *) pattern);
	Expr	   *before_end = end != NULL ? index_condition(request, BTLessStrategyNumber, column, end) : NULL;

	return from_begin == NULL || before_end == NULL ? NIL : list_make2(from_begin, before_end);
}

/*
 * Who contains a value, as a list of values of an indexed column.
 */
static List *
containing(SupportRequestIndexCondition *request, Node *column, Node *value)
{
	Oid			type = exprType(value);
	Expr	   *beginnings = call(request->root, "traffic_source_beginnings", value, get_array_type(type));
	Oid			operator = get_opfamily_member(request->opfamily, type, type, BTEqualStrategyNumber);
	ScalarArrayOpExpr *condition = makeNode(ScalarArrayOpExpr);

	if (beginnings == NULL || !OidIsValid(operator))
		return NIL;
	condition->opno = operator;
	condition->opfuncid = get_opcode(operator);
	condition->useOr = true;
	condition->args = list_make2(column, beginnings);
	condition->location = -1;
	return list_make1(condition);
}

/*
 * Turn "@>" or "<@" into conditions that a btree index answers exactly. "Pattern" is the argument that
 * contains the other. In other encodings than UTF-8 there is no value behind all others.
 */
static Datum
support(FunctionCallInfo fcinfo, int pattern)
{
	SupportRequestIndexCondition *request = (SupportRequestIndexCondition *) PG_GETARG_POINTER(0);
	List	   *arguments;
	Node	   *column;
	Node	   *other;

	if (!IsA(request, SupportRequestIndexCondition) || request->index->relam != BTREE_AM_OID || GetDatabaseEncoding() != PG_UTF8)
		PG_RETURN_POINTER(NULL);
	if (is_opclause(request->node))
		arguments = ((OpExpr *) request->node)->args;
	else if (is_funcclause(request->node))
		arguments = ((FuncExpr *) request->node)->args;
	else
		PG_RETURN_POINTER(NULL);

	column = list_nth(arguments, request->indexarg);
	other = list_nth(arguments, 1 - request->indexarg);
	if (!is_pseudo_constant_for_index(request->root, other, request->index))
		PG_RETURN_POINTER(NULL);
	request->lossy = false;
	PG_RETURN_POINTER(request->indexarg == pattern ? containing(request, column, other) : contained_in(request, column, other));
}

/*
 * traffic_source_contains_support(internal): planner support function of @>
 */
Datum
lead_roi_traffic_source_contains_support(PG_FUNCTION_ARGS)
{
	return support(fcinfo, 0);
}

/*
 * traffic_source_contained_support(internal): planner support function of <@
 */
Datum
lead_roi_traffic_source_contained_support(PG_FUNCTION_ARGS)
{
	return support(fcinfo, 1);
}
