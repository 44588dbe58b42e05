/*-------------------------------------------------------------------------
 *
 * access.c
 *	  Errors about rights name the level of access that is missing.
 *
 * Functions that a level of access may call have a support function, by which the
 * planner asks how to simplify a call.  It refuses the call where the executor would
 * refuse it with a message that names the function only.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/access.h"
#include "catalog/pg_proc.h"
#include "compat.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/supportnodes.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(serial_needs_verifier);
PG_FUNCTION_INFO_V1(serial_needs_reader);
PG_FUNCTION_INFO_V1(serial_needs_operator);
PG_FUNCTION_INFO_V1(serial_needs_admin);
PG_FUNCTION_INFO_V1(serial_needs_owner);

static int
hint_at_grant(const char *level)
{
	return errhint("serial.grant_access(role, '%s') grants it.", level);
}

/*
 * Functions of schema serial_internal are reached through those of schema serial, whose
 * name the user knows, so theirs is not shown.
 */
static void
refuse_call(Oid function, const char *level)
{
	bool		is_public = strcmp(get_namespace_name(get_func_namespace(function)), "serial") == 0;

	if (level == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for function serial.%s: only the owner of the extension or of the database may call it",
						get_func_name(function))));
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 is_public ?
			 errmsg("permission denied for function serial.%s: it takes access level \"%s\"",
					get_func_name(function), level) :
			 errmsg("permission denied: it takes access level \"%s\"", level),
			 hint_at_grant(level)));
}

static Datum
check_call(Node *request, const char *level)
{
	if (IsA(request, SupportRequestSimplify))
	{
		Oid			function = ((SupportRequestSimplify *) request)->fcall->funcid;

		if (FunctionAclCheck(function, GetUserId()) != ACLCHECK_OK)
			refuse_call(function, level);
	}
	return PointerGetDatum(NULL);
}

/*
 * serial_internal.needs_verifier(internal) -> internal, and so on
 */
Datum
serial_needs_verifier(PG_FUNCTION_ARGS)
{
	return check_call((Node *) PG_GETARG_POINTER(0), "verifier");
}

Datum
serial_needs_reader(PG_FUNCTION_ARGS)
{
	return check_call((Node *) PG_GETARG_POINTER(0), "reader");
}

Datum
serial_needs_operator(PG_FUNCTION_ARGS)
{
	return check_call((Node *) PG_GETARG_POINTER(0), "operator");
}

Datum
serial_needs_admin(PG_FUNCTION_ARGS)
{
	return check_call((Node *) PG_GETARG_POINTER(0), "admin");
}

Datum
serial_needs_owner(PG_FUNCTION_ARGS)
{
	return check_call((Node *) PG_GETARG_POINTER(0), NULL);
}

void
AccessCheckReader(Oid relation, const char *what)
{
	if (pg_class_aclcheck(relation, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
		pg_attribute_aclcheck_all(relation, GetUserId(), ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied to %s: it takes access level \"reader\"", what),
			 hint_at_grant("reader")));
}
