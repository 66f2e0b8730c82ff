/*
 * turns.c
 *		In which order the ledgers of a database have their turn, and when a day ends next in one of them.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "worker/checks.h"
#include "worker/worker.h"

/* A ledger, and what decides when it is its turn */
typedef struct Turn
{
	Ledger	   *ledger;
	bool		had_trouble;	/* may take long again */
	TimestampTz last_check;
} Turn;

/*
 * Whoever may take long again comes last, and of the others first whoever has waited longest.
 */
static int
compare_turns(const ListCell *a, const ListCell *b)
{
	const Turn *left = lfirst(a);
	const Turn *right = lfirst(b);

	if (left->had_trouble != right->had_trouble)
		return left->had_trouble ? 1 : -1;
	if (left->last_check != right->last_check)
		return left->last_check > right->last_check ? 1 : -1;
	return strcmp(left->ledger->name, right->ledger->name);
}

/*
 * A ledger with what decides when it is its turn.
 */
static Turn *
make_turn(Oid database, Ledger *ledger)
{
	CheckedState known = lead_roi_known_state(database, ledger->schema);
	Turn	   *turn = palloc(sizeof(Turn));

	turn->ledger = ledger;
	turn->had_trouble = lead_roi_had_trouble(&known);
	turn->last_check = known.checked_at;
	return turn;
}

/*
 * The ledgers of a database that may be checked now, in the order in which they have their turn.
 */
List *
lead_roi_take_turns(Oid database, List *ledgers)
{
	List	   *turns = NIL;
	ListCell   *cell;

	foreach(cell, ledgers)
	{
		Ledger	   *ledger = lfirst(cell);

		if (lead_roi_may_be_checked(database, ledger->schema))
			turns = lappend(turns, make_turn(database, ledger));
	}
	list_sort(turns, compare_turns);
	foreach(cell, turns)
		lfirst(cell) = ((Turn *) lfirst(cell))->ledger;
	return turns;
}

/*
 * When a day ends next in one of the ledgers; 0 without ledgers. One whose time zone no longer exists
 * fails when it is its turn, and doesn't keep the others.
 */
TimestampTz
lead_roi_next_end_of_day_of(List *ledgers)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz next = 0;
	ListCell   *cell;

	foreach(cell, ledgers)
	{
		const Ledger *ledger = lfirst(cell);
		TimestampTz end;

		if (!lead_roi_is_time_zone(ledger->time_zone))
			continue;
		end = lead_roi_end_of_billing_day(now, ledger->time_zone);
		if (next == 0 || end < next)
			next = end;
	}
	return next;
}
