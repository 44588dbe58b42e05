/*-------------------------------------------------------------------------
 *
 * merkle.h
 *	  Merkle trees over events, as RFC 6962 builds them.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_SEAL_MERKLE_H
#define SERIAL_LEDGER_SEAL_MERKLE_H

#include "postgres.h"

/* the digest of a leaf: SHA-256 of a zero byte and the content; palloc'd */
extern bytea *MerkleLeaf(const char *content, Size len);

#endif							/* SERIAL_LEDGER_SEAL_MERKLE_H */
