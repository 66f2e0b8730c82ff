/*
 * version.c
 *		Which version the extension is of in this database, and a ledger; the library is of LEAD_ROI_VERSION.
 *
 * The three differ for a while in every upgrade: first the files are new, then ALTER EXTENSION UPDATE makes the
 * extension so, then upgrade_ledger() each ledger.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "ledger/ledger.h"

/*
 * The version in the catalogue of an extension; NULL if it isn't there any more.
 */
static char *
catalogued_version(Oid extension)
{
	Relation	relation = table_open(ExtensionRelationId, AccessShareLock);
	char	   *version = NULL;
	bool		isnull = true;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(extension));
	scan = systable_beginscan(relation, ExtensionOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		Datum		value = heap_getattr(tuple, Anum_pg_extension_extversion, RelationGetDescr(relation), &isnull);

		version = isnull ? NULL : TextDatumGetCString(value);
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	return version;
}

/*
 * The extension's version; NULL if it isn't there. It can't be dropped from here to the end of the
 * transaction.
 */
char *
lead_roi_extension_version(void)
{
	Oid			extension = get_extension_oid("lead_roi", true);

	if (!OidIsValid(extension))
		return NULL;
	LockDatabaseObject(ExtensionRelationId, extension, 0, AccessShareLock);
	return catalogued_version(extension);	/* it may have been dropped while the lock was waited for */
}

/*
 * Refuse to make or upgrade a ledger where the extension is of another version than the library: what is made is
 * in the extension's SQL, and would be called a ledger of the library's version.
 */
void
lead_roi_require_extension_version(void)
{
	char	   *version = lead_roi_extension_version();

	if (version == NULL || strcmp(version, LEAD_ROI_VERSION) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("extension lead_roi is of version %s and the loaded library of version %s", version, LEAD_ROI_VERSION),
			 errhint("Run ALTER EXTENSION lead_roi UPDATE. If the library is the older one, connect again, and where it is preloaded, restart the server first.")));
}

/*
 * Refuse a ledger that was made by another version of the extension.
 */
void
lead_roi_require_version(const Ledger *ledger)
{
	if (strcmp(ledger->version, LEAD_ROI_VERSION) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("ledger \"%s\" is of version %s and the extension of version %s",
						ledger->name, ledger->version, LEAD_ROI_VERSION),
				 errhint("Run ALTER EXTENSION lead_roi UPDATE, then SELECT lead_roi.upgrade_ledger(%s).",
						 quote_literal_cstr(quote_identifier(ledger->name)))));
}
