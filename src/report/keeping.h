/*
 * keeping.h
 *		In:		facts that are made and unmade by statements.
 *		Out:	logs of them, and summaries that reports read in the place of the facts.
 *		Promise: cells and logs together are the facts, at every snapshot, whatever commits when and whoever is
 *				killed; no writer waits for another one.
 */
#ifndef LEAD_ROI_KEEPING_H
#define LEAD_ROI_KEEPING_H

/* keeping.c: folding */
extern bool lead_roi_is_folding(Oid schema);

#endif							/* LEAD_ROI_KEEPING_H */
