"""What case managers write in the demo's text fields, by the field's name."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "goal": (
        "Walk to the market and back without stopping.",
        "Play on the floor with my grandson.",
        "Sleep through the night.",
        "Get back to the garden before spring.",
        "Climb the stairs at church.",
    ),
    "summary": (
        "Enrolled and screened; exercises three times a week by video. Function and pain are measured monthly.",
        "Pain interferes most with housework. Goals and medicines are listed below; no red flags today.",
        "Doing the programme at home with a band and a chair; sleep is the first thing to work on.",
    ),
    "request": (
        "Please confirm the list of medicines.",
        "Please review the use of NSAIDs with the kidney function in mind.",
    ),
    "agreed_plan": ("Shorter sessions, five days a week.",),
    "agreed": (
        "Shorter sessions, five days instead of three; a call on Friday.",
        "Starts with heat and five minutes of walking before the exercises.",
        "Exercises with her daughter in the evening; sleep diary for two weeks.",
    ),
    "reason": (
        "The first change had too little time to work.",
        "Wants to be left to do the exercises alone.",
        "Measures and the talk with the patient point the same way.",
    ),
    "plan": (
        "Calls on Thursday evening, answers are taken together by phone.",
        "Starts again with the first week's exercises, then as before.",
    ),
    "tried": ("Three calls at different times of day, a text message and a letter.",),
    "action": (
        "Seen by video; no neurological signs today. PCP informed, call again tomorrow.",
        "Went through the answers by phone; safe at home, plan changed, PCP informed.",
    ),
    "note": (
        "Stairs are easier than last week.",
        "Missed two days because of the heat.",
        "A bad night, better since.",
        "Her daughter helps with the exercises.",
        "Prefers calls in the afternoon.",
    ),
    "medicines": (
        "Acetaminophen 500 mg as needed, lisinopril 10 mg, atorvastatin 20 mg.",
        "Sertraline 50 mg, metformin 500 mg twice a day.",
        "Naproxen gel, amlodipine 5 mg.",
    ),
    "words": ("I can do my own shopping again.", "I had hoped for more, but I know what helps me now."),
    "referred_to": ("County food bank", "Senior transportation service", "Area Agency on Aging"),
}
