/* SPDX-License-Identifier: Apache-2.0 */
#include "kinds.h"

#include "maker.h"

/* clang-format off */
const struct kind kinds[N_KINDS] = {
	[KIND_RECEIVED] = { "one-stop", "record.received", 320, AT_OFFICES, IN_OFFICE,
		make_received, false },
	[KIND_SUSPENDED] = { "one-stop", "record.suspended", 40, AT_OFFICES, IN_OFFICE,
		make_suspended, false },
	[KIND_RESUMED] = { "one-stop", "record.resumed", 35, AT_OFFICES, IN_OFFICE,
		make_resumed, false },
	[KIND_TRANSFERRED] = { "one-stop", "record.transferred", 15, AT_OFFICES, IN_OFFICE,
		make_transferred, false },
	[KIND_RESOLVED] = { "one-stop", "record.resolved", 260, AT_OFFICES, IN_OFFICE,
		make_resolved, false },
	[KIND_WITHDRAWN] = { "one-stop", "record.withdrawn", 15, AT_OFFICES, IN_OFFICE,
		make_withdrawn, false },

	[KIND_LINK] = { "interconnect", "link.state", 50, AT_LINKS, EVENLY,
		make_link_state, false },
	[KIND_SYNC] = { "interconnect", "sync.completed", 40, AT_LINKS, EVENLY, make_sync, false },
	[KIND_CALL] = { "interconnect", "call.sample", 200, AT_LINKS, IN_OFFICE, make_call, false },

	[KIND_INCIDENT] = { "security", "incident", 15, ANYWHERE, EVENLY, make_incident, false },
	[KIND_LOGIN] = { "security", "login.failed", 10, ANYWHERE, EVENLY, make_login, false },

	[KIND_SENT] = { "documents", "document.sent", 40, AT_OFFICES, IN_OFFICE, make_sent, false },
	[KIND_DELIVERED] = { "documents", "document.delivered", 40, AT_OFFICES, IN_OFFICE,
		make_delivered, false },
	[KIND_FEEDBACK] = { "feedback", "feedback.received", 10, AT_OFFICES, AT_HOME,
		make_feedback, false },
	[KIND_ANSWER] = { "feedback", "feedback.answered", 10, AT_OFFICES, IN_OFFICE,
		make_answer, false },
	[KIND_QUESTION] = { "licensing", "consult.requested", 5, AT_LINKS, IN_OFFICE,
		make_question, false },
	[KIND_COMMENT] = { "licensing", "consult.answered", 5, ANYWHERE, IN_OFFICE,
		make_comment, false },

	[KIND_SUBMISSION] = { "portal", "submission.created", 30, AT_OFFICES, AT_HOME,
		make_submission, false },
	[KIND_SAMPLE] = { "portal", "service.sample", 60, AT_ROOTS, AT_HOME, make_sample, true },
	[KIND_CATALOG] = { "portal", "catalog.size", 3, AT_OFFICES, IN_OFFICE,
		make_catalog, false },

	[KIND_HEARTBEAT] = { "ioc", "heartbeat", 6, AT_BRANCHES, EVENLY, make_heartbeat, true },
	[KIND_MIRRORED] = { "ioc", "alert.mirrored", 3, AT_BRANCHES, EVENLY, make_mirrored, false },
	[KIND_FORWARD] = { "ioc", "forward.reported", 5, AT_BRANCHES, EVENLY, make_forward, false },
	[KIND_BRIDGE] = { "ioc", "bridge.state", 4, AT_BRANCHES, IN_OFFICE, make_bridge, false },

	[KIND_PAYMENT] = { "payments", "payment.completed", 60, AT_BRANCHES, AT_HOME,
		make_payment, true },
	[KIND_PRODUCT] = { "commerce", "product.listed", 3, AT_BRANCHES, IN_OFFICE,
		make_product, false },
	[KIND_SCAN] = { "commerce", "trace.scanned", 10, AT_BRANCHES, AT_HOME, make_scan, false },

	[KIND_ATTENDANCE] = { "education", "attendance", 12, AT_LEAVES, IN_MORNING,
		make_attendance, true },
	[KIND_BEDS] = { "health", "beds", 6, AT_LINKS, EVENLY, make_beds, true },
	[KIND_CASE] = { "health", "case.reported", 4, AT_LINKS, IN_OFFICE, make_case, false },
	[KIND_AIR] = { "environment", "air.sample", 15, AT_BRANCHES, EVENLY, make_air, true },
	[KIND_WATER] = { "environment", "water.level", 6, AT_BRANCHES, EVENLY, make_water, true },
	[KIND_FLOW] = { "traffic", "flow.sample", 30, AT_BRANCHES, EVENLY, make_flow, true },
	[KIND_ROAD] = { "traffic", "incident", 2, AT_BRANCHES, ON_ROADS, make_road, false },

	[KIND_MEETING] = { "workplace", "meeting.held", 5, ANYWHERE, IN_OFFICE,
		make_meeting, false },
	[KIND_MAIL] = { "workplace", "mail.usage", 3, ANYWHERE, MONTHLY, make_mail, false },
	[KIND_ANTIMALWARE] = { "workplace", "antimalware.coverage", 3, ANYWHERE, MONTHLY,
		make_antimalware, false },
	[KIND_WORK] = { "workplace", "work_record.closed", 20, AT_OFFICES, IN_OFFICE,
		make_work, false },
	[KIND_INSPECTION] = { "workplace", "inspection.held", 2, AT_OFFICES, IN_OFFICE,
		make_inspection, false },
	[KIND_TRAINING] = { "workplace", "training.completed", 4, AT_OFFICES, IN_OFFICE,
		make_training, false },
	[KIND_STAFF] = { "workplace", "staff.size", 2, AT_OFFICES, MONTHLY, make_staff, false },
	[KIND_SIGNED] = { "workplace", "document.signed", 4, AT_OFFICES, IN_OFFICE,
		make_signed, false },
	[KIND_PAID] = { "workplace", "payment.counted", 4, AT_OFFICES, IN_OFFICE,
		make_paid, false },
	[KIND_SERVICES] = { "workplace", "service.counted", 2, AT_OFFICES, MONTHLY,
		make_services, false },
	[KIND_RECORDS] = { "workplace", "record.counted", 4, AT_OFFICES, IN_OFFICE,
		make_records, false },

	[KIND_SCORE] = { "index", "index.scored", 4, ANYWHERE, MONTHLY, make_score, false },
	[KIND_PROJECT] = { "project-06", "progress.reported", 2, AT_ROOTS, MONTHLY,
		make_project, false },
	[KIND_SOCIETY] = { "society", "progress.reported", 4, AT_ROOTS, MONTHLY,
		make_society, false },
};
/* clang-format on */
