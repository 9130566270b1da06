"""Workbooks: from a file that came from outside to rows, and from rejected rows to the workbook of corrections.

Nothing is imported here, so that whoever only starts a reading does not pay for the reader:

* ``child`` reads a file in a process of its own, which is how the product reads; ``worker`` is that process;
* ``reader`` gives the rows of a file, by ``archive``, ``markup``, ``xlsx``, ``ods``, ``sources`` and ``layouts``;
* ``staging`` writes rows and flights as the database's COPY takes them;
* ``corrections`` writes the workbook of rejected rows;
* ``refusals`` holds the limits and every code and sentence.
"""
