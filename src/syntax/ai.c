/*-------------------------------------------------------------------------
 *
 * ai.c
 *	  The application identifiers of GS1.
 *
 * The table follows the GS1 Barcode Syntax Dictionary, which GS1 publishes
 * with every release of its General Specifications.  To follow a release is to
 * change rows here.
 *
 *-------------------------------------------------------------------------
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "syntax/ai.h"

/*
 * Frozen by the standard (GS1 General Specifications, figures 7.8.4-2 and
 * 7.8.5-2), for unassigned identifiers too.
 */
/* INDENT OFF */
const AiClass AiClasses[100] = {
	[0] = {2, 18},
	[1 ... 3] = {2, 14},
	[4] = {2, 16},
	[10] = {2, 0},
	[11 ... 19] = {2, 6},
	[20] = {2, 2},
	[21 ... 22] = {2, 0},
	[23 ... 25] = {3, 0},
	[30] = {2, 0},
	[31 ... 36] = {4, 6},
	[37] = {2, 0},
	[39] = {4, 0},
	[40] = {3, 0},
	[41] = {3, 13},
	[42] = {3, 0},
	[43] = {4, 0},
	[70] = {4, 0},
	[71] = {3, 0},
	[72] = {4, 0},
	[80 ... 82] = {4, 0},
	[90 ... 99] = {2, 0}
};
/* INDENT ON */

/* alphabets by the letters that GS1 writes formats with: N6, X..20 */
#define N	ALPHABET_DIGITS
#define X	ALPHABET_CSET82
#define Y	ALPHABET_CSET39
#define Z	ALPHABET_CSET64

#define FIXED(alphabet, n, ...)		{alphabet, (n), (n), false, {__VA_ARGS__}}
#define UP_TO(alphabet, n, ...)		{alphabet, 1, (n), false, {__VA_ARGS__}}
#define MAY_FIXED(alphabet, n, ...) {alphabet, (n), (n), true, {__VA_ARGS__}}
#define MAY_UP_TO(alphabet, n, ...) {alphabet, 1, (n), true, {__VA_ARGS__}}

/* in order of the numbers, for a binary search */
static const AiRow ais[] = {
	{0, 0, {FIXED(N, 18, LINT_CSUM, LINT_GCPPOS2)}, LINK_KEY | LINK_ATTRIBUTE,
	"", "", "SSCC"},
	{1, 1, {FIXED(N, 14, LINT_CSUM, LINT_GCPPOS2)}, LINK_KEY | LINK_ATTRIBUTE,
	"", "255,37", "GTIN"},
	{2, 2, {FIXED(N, 14, LINT_CSUM, LINT_GCPPOS2)}, LINK_ATTRIBUTE,
	"37", "01,03", "CONTENT"},
	{3, 3, {FIXED(N, 14, LINT_CSUM, LINT_GCPPOS2)}, LINK_NONE,
	"", "01,02,37,235", "MTO GTIN"},
	{10, 10, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01,02,03,8006,8026", "", "BATCH/LOT"},
	{11, 11, {FIXED(N, 6, LINT_YYMMD0)}, LINK_ATTRIBUTE,
	"01,02,03,8006,8026", "", "PROD DATE"},
	{12, 12, {FIXED(N, 6, LINT_YYMMD0)}, LINK_ATTRIBUTE,
	"8020", "", "DUE DATE"},
	{13, 13, {FIXED(N, 6, LINT_YYMMD0)}, LINK_ATTRIBUTE,
	"01,02,03,8006,8026", "", "PACK DATE"},
	{15, 15, {FIXED(N, 6, LINT_YYMMD0)}, LINK_ATTRIBUTE,
	"01,02,03,8006,8026", "", "BEST BEFORE or BEST BY"},
	{16, 16, {FIXED(N, 6, LINT_YYMMD0)}, LINK_ATTRIBUTE,
	"01,02,03,8006,8026", "", "SELL BY"},
	{17, 17, {FIXED(N, 6, LINT_YYMMD0)}, LINK_ATTRIBUTE,
	"01,02,03,255,8006,8026", "", "USE BY or EXPIRY"},
	{20, 20, {FIXED(N, 2)}, LINK_ATTRIBUTE,
	"01,02,03,8006,8026", "", "VARIANT"},
	{21, 21, {UP_TO(X, 20)}, LINK_NONE,
	"01,03,8006", "235", "SERIAL"},
	{22, 22, {UP_TO(X, 20)}, LINK_NONE,
	"01", "", "CPV"},
	{30, 30, {UP_TO(N, 8)}, LINK_ATTRIBUTE,
	"01,02", "", "VAR. COUNT"},
	{37, 37, {UP_TO(N, 8)}, LINK_ATTRIBUTE,
	"00+02,00+8026", "", "COUNT"},
	{90, 90, {UP_TO(X, 30)}, LINK_ATTRIBUTE,
	"", "", "INTERNAL"},
	{91, 99, {UP_TO(X, 90)}, LINK_ATTRIBUTE,
	"", "", "INTERNAL"},
	{235, 235, {UP_TO(X, 28)}, LINK_NONE,
	"01", "", "TPX"},
	{240, 240, {UP_TO(X, 30)}, LINK_ATTRIBUTE,
	"01,02,03,8006,8026", "", "ADDITIONAL ID"},
	{241, 241, {UP_TO(X, 30)}, LINK_ATTRIBUTE,
	"01,02,03,8006,8026", "", "CUST. PART No."},
	{242, 242, {UP_TO(N, 6)}, LINK_ATTRIBUTE,
	"01,02,8006,8026", "", "MTO VARIANT"},
	{243, 243, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01,03", "", "PCN"},
	{250, 250, {UP_TO(X, 30)}, LINK_ATTRIBUTE,
	"01+21,03+21,8006+21", "", "SECONDARY SERIAL"},
	{251, 251, {UP_TO(X, 30)}, LINK_ATTRIBUTE,
	"01,03,8006", "", "REF. TO SOURCE"},
	{253, 253, {FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1), MAY_UP_TO(X, 17)},
	LINK_KEY | LINK_ATTRIBUTE,
	"", "", "GDTI"},
	{254, 254, {UP_TO(X, 20)}, LINK_NONE,
	"414", "", "GLN EXTENSION COMPONENT"},
	{255, 255, {FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1), MAY_UP_TO(N, 12)},
	LINK_KEY | LINK_ATTRIBUTE,
	"", "01,02,415,8006,8020,8026", "GCN"},
	{400, 400, {UP_TO(X, 30)}, LINK_ATTRIBUTE,
	"", "", "ORDER NUMBER"},
	{401, 401, {UP_TO(X, 30, LINT_GCPPOS1)}, LINK_KEY | LINK_ATTRIBUTE,
	"", "", "GINC"},
	{402, 402, {FIXED(N, 17, LINT_CSUM, LINT_GCPPOS1)},
	LINK_KEY | LINK_ATTRIBUTE,
	"", "", "GSIN"},
	{403, 403, {UP_TO(X, 30)}, LINK_ATTRIBUTE,
	"00", "", "ROUTE"},
	{410, 410, {FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1)}, LINK_ATTRIBUTE,
	"", "", "SHIP TO LOC"},
	{411, 411, {FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1)}, LINK_ATTRIBUTE,
	"", "", "BILL TO"},
	{412, 412, {FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1)}, LINK_ATTRIBUTE,
	"", "", "PURCHASE FROM"},
	{413, 413, {FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1)}, LINK_ATTRIBUTE,
	"", "", "SHIP FOR LOC"},
	{414, 414, {FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1)},
	LINK_KEY | LINK_ATTRIBUTE,
	"", "", "LOC No."},
	{415, 415, {FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1)},
	LINK_KEY | LINK_ATTRIBUTE,
	"8020", "", "PAY TO"},
	{416, 416, {FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1)}, LINK_ATTRIBUTE,
	"", "", "PROD/SERV LOC"},
	{417, 417, {FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1)},
	LINK_KEY | LINK_ATTRIBUTE,
	"", "", "PARTY"},
	{420, 420, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"", "421", "SHIP TO POST"},
	{421, 421, {FIXED(N, 3, LINT_ISO3166), UP_TO(X, 9)}, LINK_ATTRIBUTE,
	"", "4307", "SHIP TO POST"},
	{422, 422, {FIXED(N, 3, LINT_ISO3166)}, LINK_ATTRIBUTE,
	"01,02,03,8006,8026", "426", "ORIGIN"},
	{423, 423, {FIXED(N, 3, LINT_ISO3166), MAY_FIXED(N, 3, LINT_ISO3166),
			MAY_FIXED(N, 3, LINT_ISO3166), MAY_FIXED(N, 3, LINT_ISO3166),
	MAY_FIXED(N, 3, LINT_ISO3166)}, LINK_ATTRIBUTE,
	"01,02,03", "426", "COUNTRY - INITIAL PROCESS"},
	{424, 424, {FIXED(N, 3, LINT_ISO3166)}, LINK_ATTRIBUTE,
	"01,02,03", "426", "COUNTRY - PROCESS"},
	{425, 425, {FIXED(N, 3, LINT_ISO3166), MAY_FIXED(N, 3, LINT_ISO3166),
			MAY_FIXED(N, 3, LINT_ISO3166), MAY_FIXED(N, 3, LINT_ISO3166),
	MAY_FIXED(N, 3, LINT_ISO3166)}, LINK_ATTRIBUTE,
	"01,02,03", "426", "COUNTRY - DISASSEMBLY"},
	{426, 426, {FIXED(N, 3, LINT_ISO3166)}, LINK_ATTRIBUTE,
	"01,02,03", "", "COUNTRY - FULL PROCESS"},
	{427, 427, {UP_TO(X, 3)}, LINK_ATTRIBUTE,
	"01+422,02+422,03+422", "", "ORIGIN SUBDIVISION"},
	{710, 710, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01", "", "NHRN PZN"},
	{711, 711, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01", "", "NHRN CIP"},
	{712, 712, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01", "", "NHRN CN"},
	{713, 713, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01", "", "NHRN DRN"},
	{714, 714, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01", "", "NHRN AIM"},
	{715, 715, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01", "", "NHRN NDC"},
	{716, 716, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01", "", "NHRN AIC"},
	{717, 717, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01", "", "NHRN SRN"},
	{3100, 3105, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "310n", "NET WEIGHT (kg)"},
	{3110, 3115, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "311n", "LENGTH (m)"},
	{3120, 3125, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "312n", "WIDTH (m)"},
	{3130, 3135, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "313n", "HEIGHT (m)"},
	{3140, 3145, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "314n", "AREA (m²)"},
	{3150, 3155, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "315n", "NET VOLUME (l)"},
	{3160, 3165, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "316n", "NET VOLUME (m³)"},
	{3200, 3205, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "320n", "NET WEIGHT (lb)"},
	{3210, 3215, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "321n", "LENGTH (in)"},
	{3220, 3225, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "322n", "LENGTH (ft)"},
	{3230, 3235, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "323n", "LENGTH (yd)"},
	{3240, 3245, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "324n", "WIDTH (in)"},
	{3250, 3255, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "325n", "WIDTH (ft)"},
	{3260, 3265, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "326n", "WIDTH (yd)"},
	{3270, 3275, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "327n", "HEIGHT (in)"},
	{3280, 3285, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "328n", "HEIGHT (ft)"},
	{3290, 3295, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "329n", "HEIGHT (yd)"},
	{3300, 3305, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "330n", "GROSS WEIGHT (kg)"},
	{3310, 3315, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "331n", "LENGTH (m), log"},
	{3320, 3325, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "332n", "WIDTH (m), log"},
	{3330, 3335, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "333n", "HEIGHT (m), log"},
	{3340, 3345, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "334n", "AREA (m²), log"},
	{3350, 3355, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "335n", "VOLUME (l), log"},
	{3360, 3365, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "336n", "VOLUME (m³), log"},
	{3370, 3375, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01", "337n", "KG PER m²"},
	{3400, 3405, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "340n", "GROSS WEIGHT (lb)"},
	{3410, 3415, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "341n", "LENGTH (in), log"},
	{3420, 3425, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "342n", "LENGTH (ft), log"},
	{3430, 3435, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "343n", "LENGTH (yd), log"},
	{3440, 3445, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "344n", "WIDTH (in), log"},
	{3450, 3455, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "345n", "WIDTH (ft), log"},
	{3460, 3465, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "346n", "WIDTH (yd), log"},
	{3470, 3475, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "347n", "HEIGHT (in), log"},
	{3480, 3485, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "348n", "HEIGHT (ft), log"},
	{3490, 3495, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "349n", "HEIGHT (yd), log"},
	{3500, 3505, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "350n", "AREA (in²)"},
	{3510, 3515, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "351n", "AREA (ft²)"},
	{3520, 3525, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "352n", "AREA (yd²)"},
	{3530, 3535, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "353n", "AREA (in²), log"},
	{3540, 3545, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "354n", "AREA (ft²), log"},
	{3550, 3555, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "355n", "AREA (yd²), log"},
	{3560, 3565, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "356n", "NET WEIGHT (tr oz)"},
	{3570, 3575, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "357n", "NET VOLUME (oz)"},
	{3600, 3605, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "360n", "NET VOLUME (qt (US))"},
	{3610, 3615, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "361n", "NET VOLUME (gal.)"},
	{3620, 3625, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "362n", "VOLUME (qt (US)), log"},
	{3630, 3635, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "363n", "VOLUME (gal (US)), log"},
	{3640, 3645, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "364n", "NET VOLUME (in³)"},
	{3650, 3655, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "365n", "NET VOLUME (ft³)"},
	{3660, 3665, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "366n", "NET VOLUME (yd³)"},
	{3670, 3675, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "367n", "VOLUME (in³), log"},
	{3680, 3685, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "368n", "VOLUME (ft³), log"},
	{3690, 3695, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"00,01", "369n", "VOLUME (yd³), log"},
	{3900, 3909, {UP_TO(N, 15)}, LINK_ATTRIBUTE,
	"255,8020", "390n,391n,394n,8111", "AMOUNT"},
	{3910, 3919, {FIXED(N, 3, LINT_ISO4217), UP_TO(N, 15)}, LINK_ATTRIBUTE,
	"8020", "391n", "AMOUNT"},
	{3920, 3929, {UP_TO(N, 15)}, LINK_ATTRIBUTE,
	"01+30,01+31nn,01+32nn,01+35nn,01+36nn", "392n,393n", "PRICE"},
	{3930, 3939, {FIXED(N, 3, LINT_ISO4217), UP_TO(N, 15)}, LINK_ATTRIBUTE,
	"30,31nn,32nn,35nn,36nn", "393n", "PRICE"},
	{3940, 3943, {FIXED(N, 4)}, LINK_ATTRIBUTE,
	"255", "394n,8111", "PRCNT OFF"},
	{3950, 3955, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"30,31nn,32nn,35nn,36nn", "392n,393n,395n,8005", "PRICE/UoM"},
	{4300, 4300, {UP_TO(X, 35, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "SHIP TO COMP"},
	{4301, 4301, {UP_TO(X, 35, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "SHIP TO NAME"},
	{4302, 4302, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "SHIP TO ADD1"},
	{4303, 4303, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"4302", "", "SHIP TO ADD2"},
	{4304, 4304, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "SHIP TO SUB"},
	{4305, 4305, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "SHIP TO LOC"},
	{4306, 4306, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "SHIP TO REG"},
	{4307, 4307, {FIXED(X, 2, LINT_ISO3166ALPHA2)}, LINK_ATTRIBUTE,
	"00", "", "SHIP TO COUNTRY"},
	{4308, 4308, {UP_TO(X, 30)}, LINK_ATTRIBUTE,
	"00", "", "SHIP TO PHONE"},
	{4309, 4309, {FIXED(N, 10, LINT_LATITUDE), FIXED(N, 10, LINT_LONGITUDE)},
	LINK_ATTRIBUTE,
	"00", "", "SHIP TO GEO"},
	{4310, 4310, {UP_TO(X, 35, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "RTN TO COMP"},
	{4311, 4311, {UP_TO(X, 35, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "RTN TO NAME"},
	{4312, 4312, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "RTN TO ADD1"},
	{4313, 4313, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"4312", "", "RTN TO ADD2"},
	{4314, 4314, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "RTN TO SUB"},
	{4315, 4315, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "RTN TO LOC"},
	{4316, 4316, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "RTN TO REG"},
	{4317, 4317, {FIXED(X, 2, LINT_ISO3166ALPHA2)}, LINK_ATTRIBUTE,
	"00", "", "RTN TO COUNTRY"},
	{4318, 4318, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"00", "", "RTN TO POST"},
	{4319, 4319, {UP_TO(X, 30)}, LINK_ATTRIBUTE,
	"00", "", "RTN TO PHONE"},
	{4320, 4320, {UP_TO(X, 35, LINT_PCENC)}, LINK_ATTRIBUTE,
	"00", "", "SRV DESCRIPTION"},
	{4321, 4321, {FIXED(N, 1, LINT_YESNO)}, LINK_ATTRIBUTE,
	"00", "", "DANGEROUS GOODS"},
	{4322, 4322, {FIXED(N, 1, LINT_YESNO)}, LINK_ATTRIBUTE,
	"00", "", "AUTH TO LEAVE"},
	{4323, 4323, {FIXED(N, 1, LINT_YESNO)}, LINK_ATTRIBUTE,
	"00", "", "SIG REQUIRED"},
	{4324, 4324, {FIXED(N, 6, LINT_YYMMD0), FIXED(N, 4, LINT_HHMI)},
	LINK_ATTRIBUTE,
	"00", "", "NOT BEF DEL DT"},
	{4325, 4325, {FIXED(N, 6, LINT_YYMMD0), FIXED(N, 4, LINT_HHMI)},
	LINK_ATTRIBUTE,
	"00", "", "NOT AFT DEL DT"},
	{4326, 4326, {FIXED(N, 6, LINT_YYMMDD)}, LINK_ATTRIBUTE,
	"00", "", "REL DATE"},
	{4330, 4330, {FIXED(N, 6), MAY_FIXED(X, 1, LINT_HYPHEN)}, LINK_ATTRIBUTE,
	"00", "4331", "MAX TEMP F."},
	{4331, 4331, {FIXED(N, 6), MAY_FIXED(X, 1, LINT_HYPHEN)}, LINK_ATTRIBUTE,
	"00", "4330", "MAX TEMP C."},
	{4332, 4332, {FIXED(N, 6), MAY_FIXED(X, 1, LINT_HYPHEN)}, LINK_ATTRIBUTE,
	"00", "4333", "MIN TEMP F."},
	{4333, 4333, {FIXED(N, 6), MAY_FIXED(X, 1, LINT_HYPHEN)}, LINK_ATTRIBUTE,
	"00", "4332", "MIN TEMP C."},
	{7001, 7001, {FIXED(N, 13)}, LINK_ATTRIBUTE,
	"01,02,8006,8026", "", "NSN"},
	{7002, 7002, {UP_TO(X, 30)}, LINK_ATTRIBUTE,
	"01,02", "", "MEAT CUT"},
	{7003, 7003, {FIXED(N, 6, LINT_YYMMDD), FIXED(N, 4, LINT_HHMI)},
	LINK_ATTRIBUTE,
	"01,02,03", "", "EXPIRY TIME"},
	{7004, 7004, {UP_TO(N, 4)}, LINK_ATTRIBUTE,
	"01+10,03+10", "", "ACTIVE POTENCY"},
	{7005, 7005, {UP_TO(X, 12)}, LINK_ATTRIBUTE,
	"01,02", "", "CATCH AREA"},
	{7006, 7006, {FIXED(N, 6, LINT_YYMMDD)}, LINK_ATTRIBUTE,
	"01,02", "", "FIRST FREEZE DATE"},
	{7007, 7007, {FIXED(N, 6, LINT_YYMMDD), MAY_FIXED(N, 6, LINT_YYMMDD)},
	LINK_ATTRIBUTE,
	"01,02", "", "HARVEST DATE"},
	{7008, 7008, {UP_TO(X, 3)}, LINK_ATTRIBUTE,
	"01,02", "", "AQUATIC SPECIES"},
	{7009, 7009, {UP_TO(X, 10)}, LINK_ATTRIBUTE,
	"01,02", "", "FISHING GEAR TYPE"},
	{7010, 7010, {UP_TO(X, 2)}, LINK_ATTRIBUTE,
	"01,02,03", "", "PROD METHOD"},
	{7011, 7011, {FIXED(N, 6, LINT_YYMMDD), MAY_FIXED(N, 4, LINT_HHMI)},
	LINK_ATTRIBUTE,
	"01,02,03", "", "TEST BY DATE"},
	{7020, 7020, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01+416,03+416,8006+416", "", "REFURB LOT"},
	{7021, 7021, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01,03,8006", "", "FUNC STAT"},
	{7022, 7022, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01+7021,03+7021,8006+7021", "", "REV STAT"},
	{7023, 7023, {UP_TO(X, 30, LINT_GCPPOS1)}, LINK_ATTRIBUTE,
	"", "", "GIAI - ASSEMBLY"},
	{7030, 7030, {FIXED(N, 3, LINT_ISO3166999), UP_TO(X, 27)}, LINK_ATTRIBUTE,
	"01,02", "", "PROCESSOR # 0"},
	{7031, 7031, {FIXED(N, 3, LINT_ISO3166999), UP_TO(X, 27)}, LINK_ATTRIBUTE,
	"01,02", "", "PROCESSOR # 1"},
	{7032, 7032, {FIXED(N, 3, LINT_ISO3166999), UP_TO(X, 27)}, LINK_ATTRIBUTE,
	"01,02", "", "PROCESSOR # 2"},
	{7033, 7033, {FIXED(N, 3, LINT_ISO3166999), UP_TO(X, 27)}, LINK_ATTRIBUTE,
	"01,02", "", "PROCESSOR # 3"},
	{7034, 7034, {FIXED(N, 3, LINT_ISO3166999), UP_TO(X, 27)}, LINK_ATTRIBUTE,
	"01,02", "", "PROCESSOR # 4"},
	{7035, 7035, {FIXED(N, 3, LINT_ISO3166999), UP_TO(X, 27)}, LINK_ATTRIBUTE,
	"01,02", "", "PROCESSOR # 5"},
	{7036, 7036, {FIXED(N, 3, LINT_ISO3166999), UP_TO(X, 27)}, LINK_ATTRIBUTE,
	"01,02", "", "PROCESSOR # 6"},
	{7037, 7037, {FIXED(N, 3, LINT_ISO3166999), UP_TO(X, 27)}, LINK_ATTRIBUTE,
	"01,02", "", "PROCESSOR # 7"},
	{7038, 7038, {FIXED(N, 3, LINT_ISO3166999), UP_TO(X, 27)}, LINK_ATTRIBUTE,
	"01,02", "", "PROCESSOR # 8"},
	{7039, 7039, {FIXED(N, 3, LINT_ISO3166999), UP_TO(X, 27)}, LINK_ATTRIBUTE,
	"01,02", "", "PROCESSOR # 9"},
	{7040, 7040, {FIXED(N, 1), FIXED(X, 1), FIXED(X, 1),
	FIXED(X, 1, LINT_IMPORTERIDX)}, LINK_NONE,
	"", "", "UIC+EXT"},
	{7041, 7041, {UP_TO(X, 4, LINT_PACKAGETYPE)}, LINK_NONE,
	"00", "", "UFRGT UNIT TYPE"},
	{7230, 7230, {FIXED(X, 2), UP_TO(X, 28)}, LINK_ATTRIBUTE,
	"01,8004", "", "CERT # 1"},
	{7231, 7231, {FIXED(X, 2), UP_TO(X, 28)}, LINK_ATTRIBUTE,
	"01,8004", "", "CERT # 2"},
	{7232, 7232, {FIXED(X, 2), UP_TO(X, 28)}, LINK_ATTRIBUTE,
	"01,8004", "", "CERT # 3"},
	{7233, 7233, {FIXED(X, 2), UP_TO(X, 28)}, LINK_ATTRIBUTE,
	"01,8004", "", "CERT # 4"},
	{7234, 7234, {FIXED(X, 2), UP_TO(X, 28)}, LINK_ATTRIBUTE,
	"01,8004", "", "CERT # 5"},
	{7235, 7235, {FIXED(X, 2), UP_TO(X, 28)}, LINK_ATTRIBUTE,
	"01,8004", "", "CERT # 6"},
	{7236, 7236, {FIXED(X, 2), UP_TO(X, 28)}, LINK_ATTRIBUTE,
	"01,8004", "", "CERT # 7"},
	{7237, 7237, {FIXED(X, 2), UP_TO(X, 28)}, LINK_ATTRIBUTE,
	"01,8004", "", "CERT # 8"},
	{7238, 7238, {FIXED(X, 2), UP_TO(X, 28)}, LINK_ATTRIBUTE,
	"01,8004", "", "CERT # 9"},
	{7239, 7239, {FIXED(X, 2), UP_TO(X, 28)}, LINK_ATTRIBUTE,
	"01,8004", "", "CERT # 10"},
	{7240, 7240, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01,8006", "03", "PROTOCOL"},
	{7241, 7241, {FIXED(N, 2, LINT_MEDIATYPE)}, LINK_ATTRIBUTE,
	"8017,8018", "", "AIDC MEDIA TYPE"},
	{7242, 7242, {UP_TO(X, 25)}, LINK_ATTRIBUTE,
	"8017,8018", "", "VCN"},
	{7250, 7250, {FIXED(N, 8, LINT_YYYYMMDD)}, LINK_ATTRIBUTE,
	"8018", "7251", "DOB"},
	{7251, 7251, {FIXED(N, 8, LINT_YYYYMMDD), FIXED(N, 4, LINT_HHMI)},
	LINK_ATTRIBUTE,
	"8018", "7250", "DOB TIME"},
	{7252, 7252, {FIXED(N, 1, LINT_ISO5218)}, LINK_ATTRIBUTE,
	"8018", "", "BIO SEX"},
	{7253, 7253, {UP_TO(X, 40, LINT_PCENC)}, LINK_ATTRIBUTE,
	"8017,8018", "7256,7259", "FAMILY NAME"},
	{7254, 7254, {UP_TO(X, 40, LINT_PCENC)}, LINK_ATTRIBUTE,
	"8017,8018", "7256,7259", "GIVEN NAME"},
	{7255, 7255, {UP_TO(X, 10)}, LINK_ATTRIBUTE,
	"8017,8018", "7256,7259", "SUFFIX"},
	{7256, 7256, {UP_TO(X, 90, LINT_PCENC)}, LINK_ATTRIBUTE,
	"8017,8018", "", "FULL NAME"},
	{7257, 7257, {UP_TO(X, 70, LINT_PCENC)}, LINK_ATTRIBUTE,
	"8018", "", "PERSON ADDR"},
	{7258, 7258, {FIXED(X, 3, LINT_POSINSEQSLASH)}, LINK_ATTRIBUTE,
	"8018+7259", "", "BIRTH SEQUENCE"},
	{7259, 7259, {UP_TO(X, 40, LINT_PCENC)}, LINK_ATTRIBUTE,
	"8018", "7256", "BABY"},
	{8001, 8001, {FIXED(N, 4, LINT_NONZERO), FIXED(N, 5, LINT_NONZERO),
	FIXED(N, 3, LINT_NONZERO), FIXED(N, 1, LINT_WINDING), FIXED(N, 1)},
	LINK_ATTRIBUTE,
	"01", "", "DIMENSIONS"},
	{8002, 8002, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"", "", "CMT No."},
	{8003, 8003, {FIXED(N, 1, LINT_ZERO),
	FIXED(N, 13, LINT_CSUM, LINT_GCPPOS1), MAY_UP_TO(X, 16)},
	LINK_KEY | LINK_ATTRIBUTE,
	"", "", "GRAI"},
	{8004, 8004, {UP_TO(X, 30, LINT_GCPPOS1)}, LINK_KEY | LINK_ATTRIBUTE,
	"", "", "GIAI"},
	{8005, 8005, {FIXED(N, 6)}, LINK_ATTRIBUTE,
	"01,02", "", "PRICE PER UNIT"},
	{8006, 8006, {FIXED(N, 14, LINT_CSUM, LINT_GCPPOS2),
	FIXED(N, 4, LINT_PIECEOFTOTAL)}, LINK_KEY | LINK_ATTRIBUTE,
	"", "01,03,37", "ITIP"},
	{8007, 8007, {UP_TO(X, 34, LINT_IBAN)}, LINK_ATTRIBUTE,
	"415", "", "IBAN"},
	{8008, 8008, {FIXED(N, 6, LINT_YYMMDD), FIXED(N, 2, LINT_HH),
	MAY_FIXED(N, 2, LINT_MI), MAY_FIXED(N, 2, LINT_SS)}, LINK_ATTRIBUTE,
	"01,02,03", "", "PROD TIME"},
	{8009, 8009, {UP_TO(X, 50)}, LINK_ATTRIBUTE,
	"00,01,03", "", "OPTSEN"},
	{8010, 8010, {UP_TO(Y, 30, LINT_GCPPOS1)}, LINK_KEY | LINK_ATTRIBUTE,
	"", "", "CPID"},
	{8011, 8011, {UP_TO(N, 12, LINT_NOZEROPREFIX)}, LINK_NONE,
	"8010", "", "CPID SERIAL"},
	{8012, 8012, {UP_TO(X, 20)}, LINK_ATTRIBUTE,
	"01,03,8006", "", "VERSION"},
	{8013, 8013, {UP_TO(X, 25, LINT_CSUMALPHA, LINT_GCPPOS1)},
	LINK_KEY | LINK_ATTRIBUTE,
	"", "", "GMN"},
	{8014, 8014, {
	UP_TO(X, 25, LINT_CSUMALPHA, LINT_GCPPOS1, LINT_HASNONDIGIT)},
	LINK_NONE,
	"01", "", "MUDI"},
	{8017, 8017, {FIXED(N, 18, LINT_CSUM, LINT_GCPPOS1)},
	LINK_KEY | LINK_ATTRIBUTE,
	"", "8018", "GSRN - PROVIDER"},
	{8018, 8018, {FIXED(N, 18, LINT_CSUM, LINT_GCPPOS1)},
	LINK_KEY | LINK_ATTRIBUTE,
	"", "8017", "GSRN - RECIPIENT"},
	{8019, 8019, {UP_TO(N, 10)}, LINK_NONE,
	"8017,8018", "", "SRIN"},
	{8020, 8020, {UP_TO(X, 25)}, LINK_NONE,
	"415", "", "REF No."},
	{8026, 8026, {FIXED(N, 14, LINT_CSUM, LINT_GCPPOS2),
	FIXED(N, 4, LINT_PIECEOFTOTAL)}, LINK_ATTRIBUTE,
	"37", "02,03,8006", "ITIP CONTENT"},
	{8030, 8030, {UP_TO(Z, 90, LINT_PADDING)}, LINK_ATTRIBUTE,
	"00,01+21,03+21,253,255,8003,8004,8006+21,8010+8011,8017,8018",
	"", "DIGSIG"},
	{8040, 8040, {FIXED(N, 15)}, LINK_NONE,
	"01+21", "", "IMEI"},
	{8041, 8041, {FIXED(N, 15)}, LINK_NONE,
	"01+21+8040", "", "IMEI2"},
	{8042, 8042, {FIXED(N, 32)}, LINK_NONE,
	"01+21+8040", "", "ESIM"},
	{8043, 8043, {FIXED(N, 18), MAY_UP_TO(N, 2)}, LINK_NONE,
	"01+21+8040", "", "PSIM"},
	{8110, 8110, {UP_TO(X, 70, LINT_COUPONCODE)}, LINK_ATTRIBUTE,
	"", "", ""},
	{8111, 8111, {FIXED(N, 4)}, LINK_ATTRIBUTE,
	"255", "", "POINTS"},
	{8112, 8112, {UP_TO(X, 70, LINT_COUPONPOSOFFER)}, LINK_ATTRIBUTE,
	"", "", ""},
	{8200, 8200, {UP_TO(X, 70)}, LINK_NONE,
	"01", "", "PRODUCT URL"}
};

#define AI_COUNT (sizeof(ais) / sizeof(ais[0]))

const AiRow *
AiAt(size_t i)
{
	return i < AI_COUNT ? &ais[i] : NULL;
}

const AiRow *
AiFind(int ai)
{
	size_t		low = 0;
	size_t		high = AI_COUNT;

	while (low < high)
	{
		size_t		middle = (low + high) / 2;

		if (ai < ais[middle].first)
			high = middle;
		else if (ai > ais[middle].last)
			low = middle + 1;
		else
			return &ais[middle];
	}
	return NULL;
}

/*
 * The number of digits is part of an AI: 001 is not (01).
 */
int
AiRead(const char *chars, size_t len)
{
	int			ai = 0;
	size_t		i;

	if (len < 2 || len > AI_DIGITS_MAX ||
		AlphabetSpan(ALPHABET_DIGITS, chars, len) < len)
		return NO_AI;
	for (i = 0; i < len; i++)
	{
		ai = ai * 10 + (chars[i] - '0');
		if (i == 1 && AiClasses[ai].digits != len)
			return NO_AI;
	}
	return ai;
}

/*
 * Writes the digits of an AI and returns the end.
 */
char *
AiWrite(int ai, char *out)
{
	if (ai >= 1000)
		*out++ = '0' + ai / 1000;
	if (ai >= 100)
		*out++ = '0' + ai / 100 % 10;
	*out++ = '0' + ai / 10 % 10;
	*out++ = '0' + ai % 10;
	return out;
}

bool
AiExcludes(int ai, int other)
{
	char		digits[AI_DIGITS_MAX + 1];
	const char *pattern = AiFind(ai)->excludes;

	*AiWrite(other, digits) = '\0';
	while (*pattern != '\0')
	{
		size_t		i = 0;

		while (digits[i] != '\0' &&
			   (pattern[i] == digits[i] || pattern[i] == 'n'))
			i++;
		if (digits[i] == '\0' && (pattern[i] == ',' || pattern[i] == '\0'))
			return true;
		pattern += strcspn(pattern, ",");
		if (*pattern == ',')
			pattern++;
	}
	return false;
}

bool
AiIsPredefined(int ai)
{
	int			first_two = ai;

	while (first_two > 99)
		first_two /= 10;
	return AiClasses[first_two].predefined != 0;
}

size_t
AiLongest(const AiRow *row)
{
	size_t		longest = 0;
	int			i;

	for (i = 0; i < AI_COMPONENTS_MAX; i++)
		longest += row->components[i].max;
	return longest;
}

static size_t
shortest_value(const AiRow *row)
{
	size_t		length = 0;
	int			i;

	for (i = 0; i < AI_COMPONENTS_MAX; i++)
		if (!row->components[i].optional)
			length += row->components[i].min;
	return length;
}

/*
 * Puts " in AI (17)" behind the phrase.
 */
static void
name_ai(Problem *problem, int ai)
{
	size_t		len = strlen(problem->expected);
	char		digits[AI_DIGITS_MAX + 1];

	*AiWrite(ai, digits) = '\0';
	snprintf(problem->expected + len, sizeof(problem->expected) - len,
			 " in AI (%s)", digits);
}

bool
AiProblem(Problem *problem, ProblemCode code, size_t at, int ai,
		  const char *expected,...)
{
	va_list		args;

	problem->code = code;
	problem->hint = HINT_NONE;
	problem->index = problem->offset = at;
	va_start(args, expected);
	vsnprintf(problem->expected, sizeof(problem->expected), expected, args);
	va_end(args);
	name_ai(problem, ai);
	return false;
}

/*
 * Cuts a value into its components; returns how many there are.  What is too
 * long for all of them together belongs to none.
 */
static int
cut_components(const AiRow *row, const Linted *value, Linted *parts)
{
	size_t		at = 0;
	int			n = 0;

	while (n < AI_COMPONENTS_MAX && row->components[n].max > 0 &&
		   at < value->len)
	{
		size_t		rest = value->len - at;
		size_t		max = row->components[n].max;

		parts[n] = *value;
		parts[n].chars += at;
		parts[n].len = rest < max ? rest : max;
		at += parts[n++].len;
	}
	return n;
}

static bool
check_component_characters(const AiComponent *component, int ai, const Linted *part,
						   size_t at, Problem *problem)
{
	size_t		good = AlphabetSpan(component->alphabet, part->chars, part->len);

	return good == part->len ||
		AiProblem(problem, PROBLEM_CHARACTER, at + good, ai, "%s",
				  AlphabetDescription(component->alphabet));
}

static bool
check_value_length(const AiRow *row, int ai, size_t len, Problem *problem)
{
	size_t		min = shortest_value(row);
	size_t		max = AiLongest(row);
	bool		is_short = len < min;

	if (len == 0)
		return AiProblem(problem, PROBLEM_LENGTH, 0, ai, "a value");
	return (len >= min && len <= max) ||
		AiProblem(problem, PROBLEM_LENGTH, is_short ? len : max, ai,
				  min == max ? "exactly %zu characters" :
				  is_short ? "at least %zu characters" :
				  "at most %zu characters", is_short ? min : max);
}

static bool
check_component_lints(const AiComponent *component, int ai, const Linted *part,
					  size_t at, Problem *problem)
{
	int			i;

	if (part->len < component->min)
		return AiProblem(problem, PROBLEM_LENGTH, at + part->len, ai,
						 "the rest of %d characters", component->min);
	for (i = 0; i < AI_LINTS_MAX; i++)
	{
		if (LintCheck(component->lints[i], part, problem))
			continue;
		problem->index += at;
		if (problem->code != PROBLEM_CHECK)
			name_ai(problem, ai);
		return false;
	}
	return true;
}

/*
 * Characters come before lengths: what was meant to end a value, such as a
 * separator that the scanner replaced, is the first fault, and the
 * length follows from it.
 */
bool
AiCheck(int ai, const Linted *value, Problem *problem)
{
	const AiRow *row = AiFind(ai);
	Linted		parts[AI_COMPONENTS_MAX];
	int			n = cut_components(row, value, parts);
	int			i;

	for (i = 0; i < n; i++)
		if (!check_component_characters(&row->components[i], ai, &parts[i],
										parts[i].chars - value->chars, problem))
			return false;
	if (!check_value_length(row, ai, value->len, problem))
		return false;
	for (i = 0; i < n; i++)
		if (!check_component_lints(&row->components[i], ai, &parts[i],
								   parts[i].chars - value->chars, problem))
			return false;
	return true;
}
