"""The one maker of invented flights, telegrams, rows and workbooks, with their truth.

Used by ``fly-potato sample``, the demo, bench and the tests; the product itself does without it.

``places``     where flights take place, by a gazetteer that the product's boundaries are not made of
``fields``     what stands in the fields of telegrams
``flights``    flights as they are meant and written
``telegrams``  layouts of all telegrams of both generations, and what surrounds them
``sheets``     the sheets of both years; ``workbooks`` writes them, ``truth`` says beside them what is right
``rows``       rows for tests and measurements
``strategies`` values of telegrams for Hypothesis, and the ways in which people write them
"""
