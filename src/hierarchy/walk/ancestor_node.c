/*-------------------------------------------------------------------------
 *
 * ancestor_node.c
 *	  An item or a container, and the container that it is in.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "hierarchy/walk/ancestor_node.h"
#include "hierarchy/walk/ancestors.h"

void
AncestorNodeCheckPath(AncestorNode *start)
{
	AncestorNode *node;
	CycleTest	cycle;

	CycleTestInit(&cycle, start->id);
	for (node = start->container; node != NULL && !node->is_checked;
		 node = node->container)
		if (CycleTestStep(&cycle, node->id))
			LinksReportCycle();
	for (node = start; node != NULL && !node->is_checked; node = node->container)
		node->is_checked = true;
}

Serial *
AncestorNodeId(const AncestorNode *node)
{
	return node->id;
}

const AncestorNode *
AncestorNodeContainer(const AncestorNode *node)
{
	return node->container;
}

TimestampTz
AncestorNodeSince(const AncestorNode *node)
{
	return node->since;
}

int64
AncestorNodeSinceEvent(const AncestorNode *node)
{
	return node->since_event;
}

bool
AncestorNodeIsContainer(const AncestorNode *node)
{
	return node->is_container;
}

AncestorNode *
AncestorNodeCopy(const AncestorNode *node)
{
	AncestorNode *copy = palloc(sizeof(AncestorNode));

	*copy = *node;
	copy->id = SerialCopy(node->id);
	return copy;
}

void
AncestorNodeAttach(const AncestorNode *node, const void *attachment)
{
	unconstify(AncestorNode *, node)->attachment = attachment;
}

const void *
AncestorNodeAttachment(const AncestorNode *node)
{
	return node->attachment;
}
