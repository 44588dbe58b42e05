/*-------------------------------------------------------------------------
 *
 * xml_word.h
 *	  Words of vocabularies as EPCIS in XML has them.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_XML_WORD_H
#define SERIAL_INTERCHANGE_XML_XML_WORD_H

#include "interchange/xml/xml_text.h"

/* a word in a member: a URN in EPCIS 1.2, a URN or a web URI in 2.0 */
extern XmlSpan XmlVocabularyWord(XmlConversion *conversion, const char *member, XmlSpan word);

/* a word in an attribute of sensor data, which keeps the prefixes of GS1 */
extern XmlSpan XmlSensorWord(XmlConversion *conversion, const char *member, XmlSpan word);

#endif							/* SERIAL_INTERCHANGE_XML_XML_WORD_H */
