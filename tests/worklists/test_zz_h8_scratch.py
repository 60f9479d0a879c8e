import pytest
from engine.store.cases import case
from engine.years import targets_in, access_rules_in
from engine.settings import SHIPPED_PATHWAYS
from engine.commands import DeliverEvent
from tests.pathways.patient_year import MANAGER
from tests.worklists.a_year import a_year, on_sqlite
from worklists.patient_story import story
from worklists.needs import needs
from worklists.deadlines import days_to_keep

@on_sqlite
@pytest.mark.parametrize("track", ["msk", "ckm", "bh"])
def test_print(engine, clock, track):
    year = a_year(engine, clock, track=track, unanswered=lambda t: t["form"] in ("quarterly_report",) or (t["element_id"]=="compose_first_update"), answers={"follow_up_need": {"need_met": "met"}, "refer_need": {"outcome":"referred","referred_to":"County Rides", "z_code_food": "Z59.41"} if 0 else {"outcome":"referred","referred_to":"County Rides"}})
    year.until(20)
    parts = [{"code": "8480-6", "value": 152}, {"code": "8462-4", "value": 91}, {"code": "8480-6", "value": 150}, {"code": "8462-4", "value": 92}]
    engine.execute(DeliverEvent(year.case, "measure.recorded", {"components": parts, "unit":"mm[Hg]", "source": "device"}), actor=MANAGER)
    engine.execute(DeliverEvent(year.case, "measure.recorded", {"code": "29463-7", "value": 200, "unit":"lbs", "source": "device"}), actor=MANAGER)
    engine.execute(DeliverEvent(year.case, "measure.recorded", {"code": "99999-7", "value": 2.50, "unit":"cm", "source": "device"}), actor=MANAGER)
    year.until(200)
    with engine.db.reading() as c:
        row = case(c, year.case)
        for day in reversed(story(c, row, targets_in(SHIPPED_PATHWAYS), engine.library, engine.zone, size=500).days):
            for i in day.items[::-1]:
                print(day.on, "|", i.about, "|", i.words, "|", i.by)
                for l in i.led_to: print("      ->", l)
        n = needs(c, engine.library, row, engine.zone, engine.today())
        print(n.screen)
        for x in n.found: print(x)
        d = days_to_keep(c, row, access_rules_in(SHIPPED_PATHWAYS), today=engine.today(), zone=engine.zone)
        for x in (*d.missed, *d.near, *d.ahead): print(x)
