/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Life in town: payments and trade, schools, hospitals, air and water, roads.
 */
#include <math.h>

#include "maker.h"

#define PAYERS   4000 /* of one unit */
#define PRODUCTS 160
#define SCHOOLS  3 /* of one commune */
#define BEDS     400
#define CLINICS  5
#define HOUR_MS  3600000

bool make_payment(struct making *making)
{
	static const char *const uses[] = { "fee", "fee", "water", "water", "tax", "fine" };

	maker_pick(making, "kind", uses, COUNT(uses));
	maker_number(making, "cashless", maker_draw(making, 100) < 62);
	maker_number(making, "amount", 1000.0 * (10 + maker_draw(making, 490)));
	maker_text(making, "payer", "HO-%u-%05u", making->fact->unit, maker_draw(making, PAYERS));
	return true;
}

/* The same product is always of the same scheme. */
bool make_product(struct making *making)
{
	static const char *const schemes[] = { "ocop", "vietgap", "ocop", "trace" };
	uint32_t product = maker_draw(making, PRODUCTS);

	maker_text(making, "product", "SP-%04u", product);
	maker_text(making, "scheme", "%s", schemes[product % COUNT(schemes)]);
	return true;
}

bool make_scan(struct making *making)
{
	maker_text(making, "product", "SP-%04u", maker_draw(making, PRODUCTS));
	return true;
}

bool make_attendance(struct making *making)
{
	uint32_t school = maker_draw(making, SCHOOLS);
	uint32_t enrolled = 400 + (making->fact->unit * 7 + school * 131) % 800;

	maker_text(making, "school", "TH-%u-%u", making->fact->unit, school);
	maker_number(making, "enrolled", enrolled);
	maker_number(making, "present", enrolled - maker_draw(making, enrolled / 20));
	return true;
}

bool make_beds(struct making *making)
{
	uint32_t clinic = maker_draw(making, CLINICS);

	maker_text(making, "hospital", "BV-%u", clinic);
	maker_number(making, "total", BEDS + clinic * 60);
	maker_number(making, "used",
		     (BEDS + clinic * 60) *
			     (0.75 + 0.15 * maker_walk(making, &making->office->beds)));
	return true;
}

bool make_case(struct making *making)
{
	static const char *const diseases[] = { "dengue",    "dengue",    "hand-foot-mouth",
						"influenza", "influenza", "measles" };

	maker_pick(making, "disease", diseases, COUNT(diseases));
	return true;
}

/* Highest at the rush hours. */
bool make_air(struct making *making)
{
	double walk = maker_walk(making, &making->office->air);
	double aqi = 30 + 90 * walk +
		     15 * rhythm_share(ON_ROADS, making->fact->time_ms,
				       making->world->settings->offset_minutes);

	maker_text(making, "station", "KK-%u", making->fact->unit);
	maker_number(making, "aqi", round(aqi));
	maker_number(making, "pm25", round(aqi * 4) / 10);
	return true;
}

/* With two tides a day. */
bool make_water(struct making *making)
{
	double walk = maker_walk(making, &making->office->water);
	double tide =
		sin((double)(making->fact->time_ms % (12 * HOUR_MS)) / (12.0 * HOUR_MS) * 2 * M_PI);

	maker_text(making, "station", "MN-%u", making->fact->unit);
	maker_number(making, "m", round((0.6 + 0.3 * walk + 0.2 * tide) * 100) / 100);
	return true;
}

/* The more vehicles, the slower. */
bool make_flow(struct making *making)
{
	double share = rhythm_share(ON_ROADS, making->fact->time_ms,
				    making->world->settings->offset_minutes);

	maker_text(making, "point", "GT-%u-%u", making->fact->unit, maker_draw(making, 4));
	maker_number(making, "vehicles", 20 + 400 * share + maker_draw(making, 40));
	maker_number(making, "speed_kmh", 48 - 22 * share + maker_draw(making, 8));
	return true;
}

bool make_road(struct making *making)
{
	static const char *const troubles[] = { "collision", "breakdown", "breakdown", "flooding",
						"roadworks" };
	static const char *const severities[] = { "minor", "minor", "minor", "serious", "grave" };

	maker_pick(making, "kind", troubles, COUNT(troubles));
	maker_pick(making, "severity", severities, COUNT(severities));
	return true;
}
