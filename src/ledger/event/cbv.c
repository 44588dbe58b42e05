/*-------------------------------------------------------------------------
 *
 * cbv.c
 *	  The words of the Core Business Vocabulary (CBV) 2.0.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/event/cbv.h"
#include "ledger/event/uri.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_vocabulary_words);
PG_FUNCTION_INFO_V1(serial_vocabulary_word);
PG_FUNCTION_INFO_V1(serial_dispositions);
PG_FUNCTION_INFO_V1(serial_is_final);
PG_FUNCTION_INFO_V1(serial_is_in_stock);

static const char *const business_transactions[] = {
	"bol", "cert", "desadv", "inv", "pedigree", "po", "poc", "prodorder",
	"recadv", "rma", "testprd", "testres", "upevt", NULL
};

static const char *const sources_and_destinations[] = {
	"location", "owning_party", "possessing_party", NULL
};

static const char *const error_reasons[] = {
	"did_not_occur", "incorrect_data", NULL
};

/* --- Business steps --- */

typedef enum StepTrait
{
	STEP_ENDS = 1 << 0,			/* ends items, or gives them to a consumer */
	STEP_DEPARTS = 1 << 1,		/* leaves a place, so that items are in
								 * transit */
	STEP_SHIPS = 1 << 2,		/* to the consignee that it names */
	STEP_ARRIVES = 1 << 3,
	STEP_BEGINS_NUMBERS = 1 << 4	/* there are no items yet */
} StepTrait;

/*
 * Sampling does not end items: it may take a part of a drum that is used up later.
 */
static const struct
{
	const char *word;
	int			traits;			/* of StepTrait */
}			business_steps[] =

{
	{"accepting", STEP_ARRIVES},
	{"arriving", STEP_ARRIVES},
	{"assembling", 0},
	{"collecting", 0},
	{"commissioning", 0},
	{"consigning", STEP_DEPARTS | STEP_SHIPS},
	{"creating_class_instance", 0},
	{"cycle_counting", 0},
	{"decommissioning", STEP_ENDS},
	{"departing", STEP_DEPARTS},
	{"destroying", STEP_ENDS},
	{"disassembling", 0},
	{"dispensing", STEP_ENDS},
	{"encoding", STEP_BEGINS_NUMBERS},
	{"entering_exiting", 0},
	{"holding", 0},
	{"inspecting", 0},
	{"installing", 0},
	{"killing", 0},
	{"loading", 0},
	{"other", 0},
	{"packing", 0},
	{"picking", 0},
	{"receiving", STEP_ARRIVES},
	{"removing", 0},
	{"repackaging", 0},
	{"repairing", 0},
	{"replacing", 0},
	{"reserving", STEP_BEGINS_NUMBERS},
	{"retail_selling", STEP_ENDS},
	{"sampling", 0},
	{"sensor_reporting", 0},
	{"shipping", STEP_DEPARTS | STEP_SHIPS},
	{"staging_outbound", 0},
	{"stock_taking", 0},
	{"stocking", 0},
	{"storing", 0},
	{"transporting", STEP_DEPARTS},
	{"unloading", 0},
	{"unpacking", 0},
	{"void_shipping", 0}
};

/*
 * Most words differ in their first letter, which is faster compared than by a call.
 */
static bool
has_trait(const char *step, StepTrait trait)
{
	int			i;

	for (i = 0; step != NULL && i < (int) lengthof(business_steps); i++)
		if (business_steps[i].word[0] == step[0] && strcmp(business_steps[i].word, step) == 0)
			return (business_steps[i].traits & trait) != 0;
	return false;
}

bool
StepEnds(const char *step)
{
	return has_trait(step, STEP_ENDS);
}

bool
StepDeparts(const char *step)
{
	return has_trait(step, STEP_DEPARTS);
}

bool
StepShips(const char *step)
{
	return has_trait(step, STEP_SHIPS);
}

bool
StepArrives(const char *step)
{
	return has_trait(step, STEP_ARRIVES);
}

bool
StepBeginsNumbers(const char *step)
{
	return has_trait(step, STEP_BEGINS_NUMBERS);
}

/* --- Dispositions by group --- */

typedef enum DispositionGroup
{
	GROUP_PREPARED,				/* numbered, and not commissioned yet */
	GROUP_CIRCULATING,
	GROUP_BLOCKED,
	GROUP_TRANSFERRED,			/* given to a consumer for good */
	GROUP_TERMINAL
} DispositionGroup;

static const struct
{
	const char *word;
	DispositionGroup group;
}			dispositions[] =

{
	{"active", GROUP_CIRCULATING},
	{"available", GROUP_CIRCULATING},
	{"completeness_inferred", GROUP_CIRCULATING},
	{"completeness_verified", GROUP_CIRCULATING},
	{"conformant", GROUP_CIRCULATING},
	{"container_closed", GROUP_CIRCULATING},
	{"container_open", GROUP_CIRCULATING},
	{"damaged", GROUP_BLOCKED},
	{"destroyed", GROUP_TERMINAL},
	{"dispensed", GROUP_TRANSFERRED},
	{"disposed", GROUP_TRANSFERRED},
	{"encoded", GROUP_PREPARED},
	{"expired", GROUP_BLOCKED},
	{"in_progress", GROUP_CIRCULATING},
	{"in_transit", GROUP_CIRCULATING},
	{"inactive", GROUP_TERMINAL},
	{"mismatch_class", GROUP_BLOCKED},
	{"mismatch_instance", GROUP_BLOCKED},
	{"mismatch_quantity", GROUP_BLOCKED},
	{"needs_replacement", GROUP_BLOCKED},
	{"no_pedigree_match", GROUP_BLOCKED},
	{"non_conformant", GROUP_BLOCKED},
	{"non_sellable_other", GROUP_BLOCKED},
	{"partially_dispensed", GROUP_BLOCKED},
	{"recalled", GROUP_BLOCKED},
	{"reserved", GROUP_PREPARED},
	{"retail_sold", GROUP_TRANSFERRED},
	{"returned", GROUP_CIRCULATING},
	{"sellable_accessible", GROUP_CIRCULATING},
	{"sellable_not_accessible", GROUP_CIRCULATING},
	{"stolen", GROUP_TERMINAL},
	{"unavailable", GROUP_BLOCKED},
	{"unknown", GROUP_CIRCULATING}
};

/* as serial_internal.dispositions() names them */
static const struct
{
	const char *name;
	DispositionGroup group;
}			disposition_groups[] =

{
	{"prepared", GROUP_PREPARED},
	{"circulating", GROUP_CIRCULATING},
	{"blocked", GROUP_BLOCKED},
	{"left", GROUP_TRANSFERRED},
	{"ended", GROUP_TERMINAL}
};

static bool
is_in_group(const char *disposition, DispositionGroup group)
{
	int			i;

	for (i = 0; disposition != NULL && i < (int) lengthof(dispositions); i++)
		if (strcmp(dispositions[i].word, disposition) == 0)
			return dispositions[i].group == group;
	return false;
}

bool
DispositionIsPrepared(const char *disposition)
{
	return is_in_group(disposition, GROUP_PREPARED);
}

bool
DispositionIsTransferred(const char *disposition)
{
	return is_in_group(disposition, GROUP_TRANSFERRED);
}

bool
DispositionIsFinal(const char *disposition)
{
	return is_in_group(disposition, GROUP_TRANSFERRED) ||
		is_in_group(disposition, GROUP_TERMINAL);
}

bool
DispositionIsCirculating(const char *disposition)
{
	return is_in_group(disposition, GROUP_CIRCULATING);
}

bool
DispositionIsBlocked(const char *disposition)
{
	return is_in_group(disposition, GROUP_BLOCKED);
}

bool
DispositionIsInStock(const char *disposition)
{
	return !DispositionIsFinal(disposition) &&
		!str_equals_or_null(disposition, "in_transit");
}

bool
DispositionIsExceptional(const char *disposition)
{
	return DispositionIsBlocked(disposition) || DispositionIsFinal(disposition);
}

/*
 * serial_internal.dispositions(state text) -> setof text
 */
Datum
serial_dispositions(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	int			i;
	int			j;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (i = 0; i < (int) lengthof(disposition_groups); i++)
		for (j = 0; j < (int) lengthof(dispositions); j++)
			if (strcmp(disposition_groups[i].name, name) == 0 &&
				dispositions[j].group == disposition_groups[i].group)
			{
				Datum		value = CStringGetTextDatum(dispositions[j].word);
				bool		isnull = false;

				tuplestore_putvalues(result->setResult, result->setDesc,
									 &value, &isnull);
			}
	return (Datum) 0;
}

/*
 * serial_internal.is_final(disposition text) -> bool
 */
Datum
serial_is_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(DispositionIsFinal(text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/*
 * serial_internal.is_in_stock(disposition text) -> bool
 */
Datum
serial_is_in_stock(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_ARGISNULL(0) ||
				   DispositionIsInStock(text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/* --- Kinds of words --- */

/* the name space of CBV, and the prefix that JSON-LD documents have for it */
#define CBV_WEB		"https://ref.gs1.org/cbv/"
#define CBV_PREFIX	"cbv:"
#define CBV_URN		"urn:epcglobal:cbv:"

static const struct
{
	const char *name;			/* as serial.vocabulary has it */
	const char *title;			/* in errors, with its article */
	const char *web;			/* what comes before the bare word in a URI */
	const char *urn;
	const char *const *words;	/* NULL: those of a table above */
}			kinds[] =

{
	[BUSINESS_STEP] = {"business_step", "a business step",
		CBV_WEB "BizStep-", CBV_URN "bizstep:",
	NULL},
	[DISPOSITION] = {"disposition", "a disposition",
		CBV_WEB "Disp-", CBV_URN "disp:",
	NULL},
	[BUSINESS_TRANSACTION] = {"business_transaction", "a business transaction",
		CBV_WEB "BTT-", CBV_URN "btt:",
	business_transactions},
	[SOURCE_DESTINATION] = {"source_destination", "a source destination",
		CBV_WEB "SDT-", CBV_URN "sdt:",
	sources_and_destinations},
	[ERROR_REASON] = {"error_reason", "an error reason",
		CBV_WEB "ER-", CBV_URN "er:",
	error_reasons}
};

/* the nth word of a kind; NULL behind the last */
static const char *
nth_word(CbvKind kind, int n)
{
	if (kinds[kind].words != NULL)
		return kinds[kind].words[n];
	if (kind == BUSINESS_STEP)
		return n < (int) lengthof(business_steps) ? business_steps[n].word : NULL;
	return n < (int) lengthof(dispositions) ? dispositions[n].word : NULL;
}

static bool
is_bare_word(CbvKind kind, const char *word)
{
	const char *known;
	int			i;

	for (i = 0; (known = nth_word(kind, i)) != NULL; i++)
		if (strcmp(known, word) == 0)
			return true;
	return false;
}

/*
 * In any case: documents of GS1 itself have Bizstep- for BizStep-.
 */
static bool
word_begins_with(const char *word, const char *prefix)
{
	return pg_strncasecmp(word, prefix, strlen(prefix)) == 0;
}

/*
 * Does a URI have the form of a word of CBV, of any kind and known or not?
 * Others in the name space of CBV are words of one's own, as its schema has it.
 */
static bool
has_form_of_word(const char *uri)
{
	int			kind;

	if (word_begins_with(uri, CBV_PREFIX) || word_begins_with(uri, CBV_URN))
		return true;
	for (kind = 0; kind < (int) lengthof(kinds); kind++)
		if (word_begins_with(uri, kinds[kind].web))
			return true;
	return false;
}

const char *
CbvNormalize(CbvKind kind, const char *word)
{
	const char *bare = word;
	const char *name = kinds[kind].web + strlen(CBV_WEB);

	if (word == NULL)
		return NULL;
	if (word_begins_with(word, CBV_PREFIX) &&
		word_begins_with(word + strlen(CBV_PREFIX), name))
		bare = word + strlen(CBV_PREFIX) + strlen(name);
	else if (word_begins_with(word, kinds[kind].web))
		bare = word + strlen(kinds[kind].web);
	else if (word_begins_with(word, kinds[kind].urn))
		bare = word + strlen(kinds[kind].urn);
	if (is_bare_word(kind, bare))
		return bare;
	if (UriIsValid(word, strlen(word)) && !has_form_of_word(word))
		return word;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not %s of CBV 2.0", word, kinds[kind].title),
			 errdetail("It must be one of the bare words of CBV 2.0, or a URI."),
			 errhint("SELECT word FROM serial.vocabulary WHERE kind = '%s' lists the words.",
					 kinds[kind].name)));
}

static CbvKind
kind_named(const char *name)
{
	int			kind;

	for (kind = 0; kind < (int) lengthof(kinds); kind++)
		if (strcmp(kinds[kind].name, name) == 0)
			return kind;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a kind of word of CBV 2.0", name),
			 errhint("SELECT DISTINCT kind FROM serial.vocabulary lists the kinds.")));
}

/*
 * serial_internal.vocabulary_word(kind text, word text) -> text
 */
Datum
serial_vocabulary_word(PG_FUNCTION_ARGS)
{
	CbvKind		kind = kind_named(text_to_cstring(PG_GETARG_TEXT_PP(0)));

	PG_RETURN_TEXT_P(cstring_to_text(CbvNormalize(kind,
												  text_to_cstring(PG_GETARG_TEXT_PP(1)))));
}

/*
 * serial_internal.vocabulary_words() -> table (kind text, word text)
 */
Datum
serial_vocabulary_words(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			kind;
	int			i;

	InitMaterializedSRF(fcinfo, 0);
	for (kind = 0; kind < (int) lengthof(kinds); kind++)
		for (i = 0; nth_word(kind, i) != NULL; i++)
		{
			Datum		values[] = {CStringGetTextDatum(kinds[kind].name),
			CStringGetTextDatum(nth_word(kind, i))};
			bool		nulls[] = {false, false};

			tuplestore_putvalues(result->setResult, result->setDesc, values,
								 nulls);
		}
	return (Datum) 0;
}
