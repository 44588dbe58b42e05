/*-------------------------------------------------------------------------
 *
 * json_scalar.h
 *	  Writing the texts of EPCIS in XML as words, numbers and booleans of JSON.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_JSON_SCALAR_H
#define SERIAL_INTERCHANGE_XML_JSON_SCALAR_H

#include "interchange/xml/json_conversion.h"
#include "interchange/xml/rule.h"

/*
 * A word of a vocabulary, as a compact name or a URI; value_ns is the namespace of its
 * prefix, if it has one.
 */
extern void JsonWriteWord(JsonConversion *conversion, XmlSpan value, int value_ns);

/* true or false, or the text if it is neither */
extern void JsonWriteBoolean(JsonConversion *conversion, XmlSpan value);

/* the text of a member of a kind */
extern void JsonWriteScalar(JsonConversion *conversion, XmlMemberKind kind, XmlSpan value,
							int value_ns);

#endif							/* SERIAL_INTERCHANGE_XML_JSON_SCALAR_H */
