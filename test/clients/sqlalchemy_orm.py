"""SQLAlchemy 1.4 or 2 with psycopg2"""
import warnings

from sqlalchemy import Column, Integer, MetaData, Table, any_, create_engine, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session, declarative_base
from sqlalchemy.types import UserDefinedType

from tap import BAD, CASE, DETAIL, PALLET, done, equal, ok, unit


class Serial(UserDefinedType):
    """serial.serial, with a scheme or without.  Values are str."""
    cache_ok = True

    def __init__(self, scheme=None):
        self.scheme = scheme

    def get_col_spec(self, **kw):
        return "serial.serial(%s)" % self.scheme if self.scheme else "serial.serial"

    class comparator_factory(UserDefinedType.Comparator):
        def inside(self, container):
            return self.op("<@", is_comparison=True)(container)


# Reflection finds the type by this name.
ischema_names["serial.serial"] = Serial

Base = declarative_base()


class Unit(Base):
    __tablename__ = "unit"
    # Not the name "serial": PostgreSQL takes an unqualified serial for an integer.
    id = Column(Serial("sgtin"), primary_key=True)
    n = Column(Integer)


engine = create_engine("postgresql+psycopg2://")
Base.metadata.create_all(engine)
session = Session(engine)
session.add(Unit(id=unit(1), n=1))
session.add_all([Unit(id=unit(n), n=n) for n in range(2, 101)])
session.commit()
equal(session.scalar(select(func.count()).select_from(Unit)), 100, "insert, one and a batch")

equal(session.get(Unit, unit(7)).n, 7, "get by primary key")
equal(session.scalars(select(Unit.n).where(Unit.id.in_([unit(5), unit(3)])).order_by(Unit.n)).all(), [3, 5], "IN a list")
equal(session.scalars(select(Unit.n).where(Unit.id == any_([unit(5), unit(3)])).order_by(Unit.n)).all(), [3, 5],
      "= ANY of a list")

equal(session.scalar(select(func.serial.pack(CASE, [unit(n) for n in range(1, 11)]))), 10, "a list into serial.pack")
session.execute(select(func.serial.pack(PALLET, [CASE])))
equal(session.scalar(select(func.count()).select_from(Unit).where(Unit.id.inside(PALLET))), 10, "<@ a container")
session.commit()

# The identity map compares spellings, so an object that was added in another spelling is looked up again.
session.add(Unit(id="https://example.com/01/09506000134352/21/B1", n=1))
session.commit()
session.expunge_all()
equal(session.scalar(select(Unit.id).where(Unit.id == "sgtin:09506000134352/B1")), "(01)09506000134352(21)B1",
      "stored in the canonical spelling")

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    reflected = Table("unit", MetaData(), autoload_with=engine)
equal((caught == [], isinstance(reflected.c.id.type, Serial)), (True, True), "reflection knows the type")

raw = engine.raw_connection().cursor()
with open("/dev/null") as nothing:
    raw.copy_expert("COPY unit FROM STDIN", nothing)
ok(True, "COPY by the driver's cursor")

try:
    session.add(Unit(id=BAD, n=0))
    session.flush()
except DataError as error:
    equal((error.orig.pgcode, error.orig.diag.message_detail), ("22P02", DETAIL), "an error: SQLSTATE and detail")
    session.rollback()
done()
