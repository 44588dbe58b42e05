/*-------------------------------------------------------------------------
 *
 * epcis_xml.h
 *	  EPCIS documents in XML, to and from EPCIS 2.0 JSON-LD.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_EPCIS_XML_H
#define SERIAL_INTERCHANGE_XML_EPCIS_XML_H

#include "interchange/xml/problem.h"

typedef struct EpcisXmlOptions
{
	XmlResize	resize;
	bool		ignores_encoding;	/* the text has been converted to UTF-8,
									 * whatever its XML declaration says */
	size_t		max_length;		/* bytes that the result may have */
} EpcisXmlOptions;

/*
 * Reads an EPCIS document of any version from 1.0 to 2.0, or a single event,
 * in XML, and writes it as EPCIS 2.0 JSON-LD.  The result is terminated, and
 * its length is returned in json_length.  NULL: problem says why.
 *
 * What XML says and JSON has no form for is written so:
 *	  own elements are members "prefix:name"; @context binds the prefixes;
 *	  attributes of own elements are members "@name" of an object, whose text
 *	  is the member "#text"; own attributes of other elements are own members;
 *	  the Standard Business Document Header is an own member of epcisHeader;
 *	  a QuantityEvent is an ObjectEvent with OBSERVE and a quantityList;
 *	  an EPCISMasterDataDocument is an EPCISDocument without events.
 * Words of CBV and times are copied as they are.
 */
extern char *EpcisXmlToJson(const char *xml, size_t length,
							const EpcisXmlOptions *options,
							size_t *json_length, XmlProblem *problem);

typedef enum EpcisXmlVersion
{
	EPCIS_XML_1_2,
	EPCIS_XML_2_0
} EpcisXmlVersion;

/*
 * Writes EPCIS 2.0 JSON-LD, a document or a single event, as XML.  What
 * EpcisXmlToJson writes for attributes, namespaces and the Standard Business
 * Document Header becomes XML again.  Numbers, booleans and null in own members
 * are declared by xsi:type and xsi:nil.  NULL: problem says why; its kind is
 * XML_CANNOT_SAY if the version of EPCIS has no form for what it names.  The
 * offset counts bytes of the JSON text.
 */
extern char *EpcisJsonToXml(const char *json, size_t length,
							EpcisXmlVersion version,
							const EpcisXmlOptions *options,
							size_t *xml_length, XmlProblem *problem);

#endif							/* SERIAL_INTERCHANGE_XML_EPCIS_XML_H */
