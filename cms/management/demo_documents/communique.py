"""The communiqué of an invented session, as a PDF of two pages."""

from __future__ import annotations

from . import pdf
from .document import Document

TITLE = "Communiqué of the annual session of the Council of Ministers, Bishkek, 28 November 2024"

# (element of the structure, text)
_TEXT = [
    ("H1", "Communiqué"),
    ("P", "Annual session of the Council of Ministers, Bishkek, 28 November 2024"),
    (
        "P",
        "The ministers of Armenia, Kazakhstan, the Kyrgyz Republic, Mongolia, Tajikistan and Uzbekistan who answer for "
        "emergencies, water or the environment met in Bishkek for the annual session of the Council. The Kyrgyz "
        "Republic was in the chair. Nine decisions were signed. This communiqué sums them up; where it differs from "
        "a decision, the decision counts.",
    ),
    ("H2", "1. Exchange of water data"),
    (
        "P",
        "The Council approved the Rules on the Exchange of Water Data, which enter into force on 1 March 2025. From "
        "then on each service sends the readings of its connected stations twice a day, at the same hours and in the "
        "same units. During a flood it sends them every hour. Nobody needs a permit or pays a fee to read them.",
    ),
    (
        "P",
        "A figure that proves wrong is corrected in the open. The first value stays visible, with the reason for the "
        "change and the name of the service that made it.",
    ),
    ("H2", "2. Warnings across borders"),
    (
        "P",
        "Between a dangerous reading and the call to a neighbouring service no more than thirty minutes may pass. The "
        "Centre for Early Warning publishes the average time of every quarter. It also says how often the limit was "
        "missed, and why.",
    ),
    ("H2", "3. Lakes"),
    (
        "P",
        "Temperature sensors will be placed in the dams of eighteen lakes. The common list of dangerous lakes, which "
        "had been reviewed once a year, will be reviewed twice: in spring before the melt, and in autumn with the "
        "results of the summer surveys. A lake leaves the list only if two services agree.",
    ),
    ("H2", "4. Rescue and training"),
    (
        "P",
        "From 1 June 2025 all rescue services use one grid of coordinates on their maps. Thirty more village teams "
        "will be equipped, in addition to the twenty-six trained in 2024. The network of volunteer observers grows "
        "from 230 to 300. The training “Clear Water” will be held in September.",
    ),
    ("H2", "5. Leadership"),
    (
        "P",
        "Aigerim Sadykova was appointed Secretary General for a term that begins on 1 January 2025. Tigran Manukyan "
        "becomes Deputy Secretary General on the same day. The ministers thanked Viktor Lebedev for five years at "
        "the head of the Secretariat.",
    ),
    (
        "P",
        "The chair passes to Mongolia on 1 January 2025 and to Tajikistan a year later. Batbold Enkhsaikhan will be "
        "Chair of the Council of Ministers in 2025.",
    ),
    ("H2", "6. Budget and calendar"),
    (
        "P",
        "The budget for 2025 amounts to 11.2 million US dollars. Early warning receives 3.7 million, training and "
        "equipment of rescuers 2.1 million, expeditions and laboratories 1.5 million. The rest pays for the network "
        "of stations, for the Secretariat and for translation into the languages of the villages.",
    ),
    (
        "P",
        "The calendar for 2025 has thirty-four entries. Among them are the Parliamentary Conference in Bishkek in "
        "May, the expedition “White Ridge” in July and the autumn meeting of the Working Group on Lakes.",
    ),
    ("H2", "7. What remains to be done"),
    (
        "P",
        "The Secretariat is asked to present by 31 March 2025 a common form of contract for observers at gauging "
        "posts, with insurance and a record of service. Who pays for a station in its tenth year was raised by two "
        "ministers and left to the next session.",
    ),
    (
        "P",
        "The next session will be held in Ulaanbaatar at the end of November 2025. The texts of all nine decisions "
        "are published within ten days of signature.",
    ),
]


def communique() -> Document:
    """A PDF that can be searched, copied and read aloud: title, language and structure are set."""
    return Document("communique-bishkek-2024.pdf", pdf.written(TITLE, _TEXT), TITLE, "en", "document")
