/*-------------------------------------------------------------------------
 *
 * key.h
 *	  The keys of random pools.
 *
 * Private to issue/.  A key is either random and stored in serial.pool_key,
 * which nobody may read, or derived from a master key outside the database.
 * Then serial.pool holds the fingerprint of the master key.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_KEY_H
#define SERIAL_ISSUE_KEY_H

#include "postgres.h"

#include "issue/ff1.h"

#define FINGERPRINT_BYTES 8

/* the fingerprint of the master key for new pools; false: none is set */
extern bool KeyMasterFingerprint(unsigned char *fingerprint);

/* generates a random key for a pool and stores it */
extern void KeyCreate(int32 pool);

/*
 * The key of a pool, 32 bytes; the caller must clear it after use.  A derived
 * key depends on description; fingerprint is NULL for a stored key.  Errors:
 * F0000 the master key is missing, XX001 the stored key is missing.
 */
extern void KeyOpen(int32 pool, const char *name, const char *description,
					const unsigned char *fingerprint, unsigned char *key);

#endif							/* SERIAL_ISSUE_KEY_H */
